package io.foreguard.samples.incident;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.samples.incident.raw.CallRow;
import io.foreguard.samples.incident.raw.Role;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The samples with an OTLP endpoint that nobody listens on. */
@Tag("backends")
class UnreachableCollectorTest {

  private static final int CALLS = 300;

  @Test
  void callsAreAnsweredAndTheLogWarnsOfItWithoutALinePerCall() throws Exception {
    URI nobody = URI.create("http://127.0.0.1:" + ChildProcess.freePort());
    Path logs = Path.of("target", "unreachable-collector-test").toAbsolutePath();
    List<String> settings =
        List.of(
            "--management.opentelemetry.tracing.export.otlp.endpoint=" + nobody + "/v1/traces",
            "--management.opentelemetry.logging.export.otlp.endpoint=" + nobody + "/v1/logs",
            "--management.opentelemetry.tracing.export.schedule-delay=100ms",
            "--management.opentelemetry.logging.export.schedule-delay=100ms");
    try (Http http = new Http();
        JvmStage stage = new JvmStage(Backend.HOME, Backend.BUILD, logs, http, settings)) {
      EngineAdmin engine = new EngineAdmin(http, stage.startEngine());
      Stage.Services services = stage.startServices("foreguard");
      Caller caller = new Caller(http, services.routing(), engine, 5000, 800);
      Traffic traffic = new Traffic("c", 42, 500, 1);
      Moment start = Moment.in(0);
      List<CallRow> answers = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        answers.add(caller.call(traffic.call(0), start, Role.HEALTHY).join());
      }

      assertThat(answers).allSatisfy(answer -> assertThat(answer.httpStatus()).isEqualTo(200));
      for (String service : List.of("call-routing", "loyalty-lookup")) {
        Path log = logs.resolve("foreguard-" + service + ".log");
        List<String> errors =
            Backend.eventually(
                Duration.ofSeconds(30), () -> errors(log), found -> !found.isEmpty());
        assertThat(errors)
            .hasSizeLessThan(CALLS / 10)
            .allSatisfy(line -> assertThat(line).contains("Failed to export"));
      }
    }
  }

  private static List<String> errors(Path log) throws Exception {
    return Files.readAllLines(log).stream().filter(line -> line.contains(" ERROR ")).toList();
  }
}
