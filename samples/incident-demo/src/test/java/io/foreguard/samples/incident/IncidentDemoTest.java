package io.foreguard.samples.incident;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.foreguard.samples.incident.raw.CallRow;
import io.foreguard.samples.incident.raw.LaneLog;
import io.foreguard.samples.incident.raw.Phase;
import io.foreguard.samples.incident.raw.RawLogs;
import io.foreguard.samples.incident.raw.Role;
import io.foreguard.samples.incident.raw.RunInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncidentDemoTest {

  private static final Script SHORT =
      new Script(
          List.of(
              new Script.Step(Role.HEALTHY, 0.3, "mode=healthy"),
              new Script.Step(Role.ERRORS, 0.3, "mode=fail&errorRate=1"),
              new Script.Step(Role.HANG, 0.3, "mode=hang"),
              new Script.Step(Role.RECOVERY, 0.3, "mode=recover")));

  @TempDir Path folder;

  @Test
  void playsTheSameIncidentInEachLaneAndComputesTheTableFromTheRawLogs() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, UTF_8);
    Options options =
        Options.parse("--lanes", "none,foreguard", "--rate", "100", "--out", folder.toString());
    RunInfo run = IncidentDemo.info(options, 20);
    FakeStage stage = new FakeStage();
    try (stage;
        Http http = new Http()) {
      EngineAdmin engine = new EngineAdmin(http, stage.startEngine());
      IncidentDemo.play(out, options, stage, engine, http, run, SHORT);
    }
    IncidentDemo.finish(out, folder);

    assertThat(stage.started).isEqualTo(2);
    assertThat(stage.stopped).isEqualTo(2);
    LaneLog none = new RawLogs(folder.resolve("raw")).readLane("none");
    LaneLog foreguard = new RawLogs(folder.resolve("raw")).readLane("foreguard");
    List<Traffic.Call> planned =
        new Traffic("c", run.seed(), run.customers(), run.zipfExponent())
            .calls(run.rate(), SHORT.seconds());
    List<String> ids = planned.stream().map(Traffic.Call::id).toList();
    assertThat(none.calls()).extracting(CallRow::callId).isEqualTo(ids);
    assertThat(foreguard.calls()).extracting(CallRow::callId).isEqualTo(ids);
    assertThat(none.phases())
        .extracting(Phase::role)
        .isEqualTo(SHORT.steps().stream().map(Script.Step::role).toList());
    assertThat(none.calls())
        .allSatisfy(call -> assertThat(call.sentMs()).isGreaterThanOrEqualTo(call.scheduledMs()));
    assertThat(none.states())
        .extracting(state -> state.service())
        .contains("call-routing", "points-engine");

    assertCounts(none, "none", stage);
    assertCounts(foreguard, "foreguard", stage);
    assertThat(none.requests()).hasSize(ids.size());
    assertThat(foreguard.calls().stream().filter(CallRow::rejected))
        .isNotEmpty()
        .allSatisfy(
            call ->
                assertThat(call.wouldSucceed())
                    .isEqualTo(Integer.parseInt(call.callId().substring(1)) % 2 == 0));
    assertThat(none.calls()).allSatisfy(call -> assertThat(call.wouldSucceed()).isNull());
    assertThat(printed.toString(UTF_8))
        .contains("answered in time")
        .contains("foreguard: starting the services");

    assertThat(tableOf(recomputed())).isEqualTo(tableOf(printed.toString(UTF_8)));
  }

  @Test
  void saysWhichProcessDidNotComeUpAndShowsTheEndOfItsLog() throws Exception {
    Path log = folder.resolve("broken.log");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ChildProcess child =
        ChildProcess.start(
            "broken", ChildProcess.freePort(), log, List.of(java, "-jar", "there-is-no-such.jar"));

    try (Http http = new Http()) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> child.awaitReady(http, "/"))
          .withMessageStartingWith("broken ended with exit code 1; the end of " + log)
          .withMessageContaining("there-is-no-such.jar");
    }
  }

  @Test
  void saysWhatIsNotBuilt() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();

    int code =
        IncidentDemo.run(
            new PrintStream(new ByteArrayOutputStream(), true, UTF_8),
            new PrintStream(err, true, UTF_8),
            "--home",
            folder.toString(),
            "--out",
            folder.toString());

    assertThat(code).isEqualTo(1);
    assertThat(err.toString(UTF_8)).contains("points-engine is not built: no jar in");
  }

  private static void assertCounts(LaneLog lane, String name, FakeStage stage) {
    for (String source : List.of("fresh", "stale", "default")) {
      assertThat(lane.calls().stream().filter(call -> call.source().equals(source)).count())
          .as(name + " " + source)
          .isEqualTo(stage.answersInLog.getOrDefault(name + " " + source, 0).longValue());
    }
    assertThat(lane.calls().stream().filter(call -> call.httpStatus() == 503).count())
        .isEqualTo(stage.answersInLog.getOrDefault(name + " 503", 0).longValue());
  }

  private String recomputed() throws IOException {
    String report = Files.readString(folder.resolve("report.html"));
    String table = Files.readString(folder.resolve("table.md"));
    ByteArrayOutputStream again = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(again, true, UTF_8);

    assertThat(IncidentDemo.run(out, out, "--recompute", folder.toString())).isZero();

    assertThat(Files.readString(folder.resolve("report.html"))).isEqualTo(report);
    assertThat(Files.readString(folder.resolve("table.md"))).isEqualTo(table);
    return again.toString(UTF_8);
  }

  private static String tableOf(String printed) {
    return printed.substring(printed.indexOf("inbound calls"));
  }
}
