package io.foreguard.predictive.trust;

import java.util.Locale;
import java.util.Objects;

/**
 * A model that acts in a share of time against none, on the same dependency. Immutable.
 *
 * @param acting what happened while it acted
 * @param resting what happened while the default model did
 * @param gain by how much an arriving call was worth more while it acted: a success counts as the
 *     policy's cost of rejection, a failure as minus its cost by how long it held, a rejection as 0
 * @param plusOrMinus half the width of the gain's 90 % interval, by the scatter between slices;
 *     infinite with fewer than two slices of each
 */
public record CanaryReport(Arm acting, Arm resting, double gain, double plusOrMinus) {
  /** Checks that everything is there. */
  public CanaryReport {
    Objects.requireNonNull(acting, "acting");
    Objects.requireNonNull(resting, "resting");
  }

  /** As a table in Markdown. */
  public String toMarkdown() {
    return "| | slices | calls | failures | rejections | seconds failing | value per arriving call |\n"
        + "|---|---|---|---|---|---|---|\n"
        + acting.row("model acts")
        + resting.row("default model")
        + String.format(
            Locale.ROOT,
            "%nGain per arriving call: %+.4f, give or take %.4f (90 %%).%n",
            gain,
            plusOrMinus);
  }

  /**
   * One arm.
   *
   * @param slices slices of time with calls in them
   * @param calls calls that ended
   * @param failures those that failed
   * @param rejections calls refused, if the breaker is {@linkplain TrustedModel#attach attached}
   * @param failureSeconds how long failures held their callers, together
   * @param value mean value of an arriving call
   */
  public record Arm(
      long slices,
      long calls,
      long failures,
      long rejections,
      double failureSeconds,
      double value) {
    String row(String name) {
      return String.format(
          Locale.ROOT,
          "| %s | %d | %d | %d | %d | %.1f | %.4f |%n",
          name,
          slices,
          calls,
          failures,
          rejections,
          failureSeconds,
          value);
    }
  }
}
