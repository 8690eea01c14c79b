package io.foreguard.samples.incident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The alert rules against their unit tests, which have an alert fire and not fire. */
class AlertRulesTest {

  @Test
  void alertsFireWhenTheyShouldAndOnlyThen() throws Exception {
    Optional<Path> promtool = Backend.program("promtool");
    assumeTrue(promtool.isPresent(), "skipped: no promtool");

    Process test =
        new ProcessBuilder(promtool.get().toString(), "test", "rules", "alerts-test.yml")
            .directory(Backend.OPS.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(test.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(test.waitFor()).as(output).isZero();
    assertThat(output).contains("SUCCESS");
  }
}
