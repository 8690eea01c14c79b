package io.foreguard.samples.incident.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawLogsTest {

  private static final double NAN = Double.NaN;

  @TempDir Path folder;

  @Test
  void readsBackWhatItWrote() throws IOException {
    RunInfo run =
        new RunInfo(
            "2026-01-02T03:04:05Z",
            -1,
            60,
            0.5,
            1000,
            800,
            5000,
            200,
            500,
            1,
            400,
            "Java 17",
            List.of("a-1"));
    LaneLog lane =
        new LaneLog(
            "a-1",
            List.of(new Phase(Role.ERRORS, 0, 1000, 3.25, "mode=fail&errorRate=0.4")),
            List.of(
                new CallRow(
                    "c1",
                    1.5,
                    1.75,
                    20.125,
                    200,
                    "stale",
                    3,
                    "rejected",
                    "rejected",
                    true,
                    Role.ERRORS),
                new CallRow("c2", 2.5, 2.75, 5000, 0, "", NAN, "", "", null, Role.ERRORS)),
            List.of(),
            List.of(
                new StateRow(
                    200, "call-routing", "CLOSED", 1, 0.9, 0.8, 0.95, 0.5, 10, 1, 0, NAN, NAN)));
    RawLogs logs = new RawLogs(folder);

    logs.write(run);
    logs.write(
        lane,
        "{\"id\":\"c1\",\"arrivedMs\":1700000000500,\"durationMs\":20.5,\"status\":500,\"abandoned\":true}\n",
        1_700_000_000_000.25);

    assertThat(logs.readRun()).isEqualTo(run);
    LaneLog read = logs.readLane("a-1");
    assertThat(read.phases()).isEqualTo(lane.phases());
    assertThat(read.calls()).isEqualTo(lane.calls());
    assertThat(read.states()).isEqualTo(lane.states());
    assertThat(read.requests()).containsExactly(new EngineRow("c1", 499.75, 20.5, 500, true));
  }

  @Test
  void sortsCallsByTheTimeTheyWereDue() throws IOException {
    CallRow later = new CallRow("c2", 9, 9, 1, 200, "fresh", 0, "sent", "sent", null, Role.HEALTHY);
    CallRow sooner =
        new CallRow("c1", 3, 3, 1, 200, "fresh", 0, "sent", "sent", null, Role.HEALTHY);
    RawLogs logs = new RawLogs(folder);

    logs.write(new LaneLog("x", List.of(), List.of(later, sooner), List.of(), List.of()), "", 0);

    assertThat(logs.readLane("x").calls()).containsExactly(sooner, later);
  }

  @Test
  void namesFileAndLineOfABrokenRow() throws IOException {
    RawLogs logs = new RawLogs(folder);
    logs.write(new LaneLog("x", List.of(), List.of(), List.of(), List.of()), "", 0);
    Path phases = folder.resolve("x-phases.csv");
    Files.writeString(phases, Files.readString(phases) + "hang,0,1000,1,mode=hang\nhang,0\n");

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> logs.readLane("x"))
        .withMessageEndingWith("x-phases.csv:3: a line must have 5 cells, but was 2");
  }

  @Test
  void refusesAFileWithAnotherHeading() throws IOException {
    RawLogs logs = new RawLogs(folder);
    logs.write(new LaneLog("x", List.of(), List.of(), List.of(), List.of()), "", 0);
    Files.writeString(folder.resolve("x-calls.csv"), "callId\n");

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> logs.readLane("x"))
        .withMessageContaining("x-calls.csv:1: heading must be callId,scheduledMs");
  }

  @Test
  void refusesALaneThatWouldLeaveTheFolder() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RawLogs(folder).readLane("../x"))
        .withMessage("lane must be letters, digits, - and _, but was ../x");
  }

  @Test
  void refusesACellThatWouldBreakItsLine() {
    CallRow row = new CallRow("a,b", 0, 0, 0, 200, "fresh", 0, "sent", "sent", null, Role.HEALTHY);

    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new RawLogs(folder)
                    .write(new LaneLog("x", List.of(), List.of(row), List.of(), List.of()), "", 0))
        .withMessageContaining("but was a,b");
  }

  @Test
  void countsTheStartOfAPhaseAndNotItsEnd() {
    Phase phase = new Phase(Role.HANG, 1000, 2000, 1002, "mode=hang");

    assertThat(phase.contains(999.999)).isFalse();
    assertThat(phase.contains(1000)).isTrue();
    assertThat(phase.contains(1999.999)).isTrue();
    assertThat(phase.contains(2000)).isFalse();
  }
}
