package io.foreguard.samples.incident.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.samples.incident.raw.CallRow;
import io.foreguard.samples.incident.raw.EngineRow;
import io.foreguard.samples.incident.raw.Role;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CountsTest {

  private static CallRow call(
      double latencyMs,
      int status,
      String source,
      String decision,
      String points,
      @Nullable Boolean would) {
    return new CallRow(
        "c", 0, 0, latencyMs, status, source, 0, decision, points, would, Role.HEALTHY);
  }

  @Test
  void givesEachCallOneEnd() {
    Counts counts =
        Counts.of(
            List.of(
                call(1000, 200, "fresh", "sent", "sent", null),
                call(10, 200, "stale", "sent", "rejected", true),
                call(10, 200, "stale", "sent", "rejected", false),
                call(10, 200, "default", "rejected", "", true),
                call(10, 200, "default", "rejected", "", null),
                call(1000.001, 200, "fresh", "sent", "sent", null),
                call(20, 503, "", "", "", null),
                call(5000, 0, "", "", "", null)),
            List.of(),
            1000);

    assertThat(counts.calls()).isEqualTo(8);
    assertThat(counts.fresh()).isEqualTo(1);
    assertThat(counts.stale()).isEqualTo(2);
    assertThat(counts.defaults()).isEqualTo(2);
    assertThat(counts.inTime()).isEqualTo(5);
    assertThat(counts.late()).isEqualTo(1);
    assertThat(counts.failed()).isEqualTo(2);
    assertThat(counts.rejected()).isEqualTo(4);
    assertThat(counts.wouldHaveSucceeded()).isEqualTo(2);
  }

  @Test
  void countsRequestsThatHelpedNobodyAsWasted() {
    Counts counts =
        Counts.of(
            List.of(),
            List.of(
                new EngineRow("a", 0, 15, 200, false),
                new EngineRow("b", 0, 900, 200, true),
                new EngineRow("c", 0, 15, 500, false),
                new EngineRow("d", 0, 4000, 0, true),
                new EngineRow("e", 0, 1, 503, false)),
            1000);

    assertThat(counts.requests()).isEqualTo(5);
    assertThat(counts.wasted()).isEqualTo(4);
    assertThat(counts.p50()).isNaN();
  }

  @Test
  void takesPercentilesByNearestRank() {
    double[] hundred = IntStream.rangeClosed(1, 100).mapToDouble(i -> 101 - i).toArray();
    double[] hundredOne = IntStream.rangeClosed(1, 101).asDoubleStream().toArray();

    assertThat(Percentile.of(hundred, 0.50)).isEqualTo(50);
    assertThat(Percentile.of(hundred, 0.99)).isEqualTo(99);
    assertThat(Percentile.of(hundredOne, 0.50)).isEqualTo(51);
    assertThat(Percentile.of(hundredOne, 0.99)).isEqualTo(100);
    assertThat(Percentile.of(new double[] {7}, 0.99)).isEqualTo(7);
    assertThat(Percentile.of(new double[] {1, 2}, 0.5)).isEqualTo(1);
    assertThat(Percentile.of(new double[0], 0.5)).isNaN();
  }
}
