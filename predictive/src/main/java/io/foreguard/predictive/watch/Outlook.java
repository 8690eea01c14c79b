package io.foreguard.predictive.watch;

import io.foreguard.predictive.anomaly.Anomaly;
import java.time.Instant;
import java.util.Objects;
import java.util.StringJoiner;

/**
 * What a watch knew at one moment. Immutable. A quantity that is not known yet is NaN: a forecast
 * is known once a first one has come out, which takes one horizon of samples.
 */
public final class Outlook {
  private static final OutlookSignal[] ALL = OutlookSignal.values();

  private final Instant time;
  private final double[] values;
  private final Anomaly anomaly;

  Outlook(Instant time, double[] values, Anomaly anomaly) {
    this.time = Objects.requireNonNull(time, "time");
    this.values = values;
    this.anomaly = Objects.requireNonNull(anomaly, "anomaly");
  }

  /** When, on the wall clock. */
  public Instant time() {
    return time;
  }

  /** Value of {@code signal} in its unit, NaN when unknown. */
  public double value(OutlookSignal signal) {
    return values[signal.ordinal()];
  }

  /** What is unusual, and in what. */
  public Anomaly anomaly() {
    return anomaly;
  }

  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(", ", "Outlook{", "}");
    for (OutlookSignal signal : ALL) {
      text.add(signal + "=" + values[signal.ordinal()]);
    }
    return text.add(anomaly.toString()).toString();
  }
}
