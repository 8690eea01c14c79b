package io.foreguard.benchmarks.lab.report;

import java.util.Arrays;
import java.util.Locale;

/** Values of one measure over several worlds. Those that do not apply are left out. Immutable. */
final class Sample {
  private final double[] values;
  private final int never;

  /** Infinite values are counted as never, not averaged. */
  Sample(double[] all) {
    values = Arrays.stream(all).filter(Double::isFinite).toArray();
    never = (int) Arrays.stream(all).filter(Double::isInfinite).count();
  }

  double mean() {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  /** Standard deviation over the worlds. */
  double spread() {
    double mean = mean();
    double sum = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return values.length < 2 ? Double.NaN : Math.sqrt(sum / (values.length - 1));
  }

  /** Standard error of the mean. */
  double error() {
    return spread() / Math.sqrt(values.length);
  }

  /** The mean, the spread where there is one, and how many never got there. */
  String text(int decimals) {
    if (values.length == 0) {
      return never == 0 ? "-" : "never";
    }
    String text = number(mean(), decimals);
    if (values.length > 1) {
      text += " ± " + number(spread(), decimals);
    }
    return never == 0 ? text : text + " (never in " + never + ")";
  }

  static String number(double value, int decimals) {
    if (Double.isNaN(value)) {
      return "-";
    }
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    return text.matches("-0\\.?0*") ? text.substring(1) : text;
  }
}
