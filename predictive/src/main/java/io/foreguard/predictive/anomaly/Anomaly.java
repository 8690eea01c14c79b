package io.foreguard.predictive.anomaly;

import java.util.List;
import java.util.Locale;

/**
 * How unlike the past a sample is. Immutable.
 *
 * @param grade 0 for nothing unusual, up to 1 for plainly unusual
 * @param score the raw score that the grade rests on; its scale is the detector's
 * @param causes what makes it unusual, strongest first; empty when nothing is
 */
public record Anomaly(double grade, double score, List<Cause> causes) {
  /** Nothing unusual. */
  public static final Anomaly NONE = new Anomaly(0, 0, List.of());

  /** Copies the causes. */
  public Anomaly {
    causes = List.copyOf(causes);
  }

  /** Whether anything is unusual. */
  public boolean isUnusual() {
    return grade > 0;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "anomaly %.2f", grade));
    String separator = ": ";
    for (Cause cause : causes) {
      text.append(separator).append(cause);
      separator = ", ";
    }
    return text.toString();
  }

  /**
   * One quantity's part in an anomaly.
   *
   * @param quantity name of the quantity
   * @param share its share of the score, in [0, 1]
   * @param value its value in the sample, as the detector was given it
   * @param expected what would have been usual, NaN if the detector does not say
   */
  public record Cause(String quantity, double share, double value, double expected) {
    @Override
    public String toString() {
      String usual =
          Double.isNaN(expected) ? "" : String.format(Locale.ROOT, ", usually %.3g", expected);
      return String.format(Locale.ROOT, "%s %.3g%s (%.0f %%)", quantity, value, usual, 100 * share);
    }
  }
}
