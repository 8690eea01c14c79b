package io.foreguard.evidence;

import io.foreguard.internal.Require;
import java.util.Arrays;
import java.util.StringJoiner;

/**
 * The values of all {@link Signal}s at one moment. Immutable.
 *
 * <p>A quantity that is not known yet is NaN; counts and rates start at zero.
 */
public final class Signals {
  /** Version of the set of signals and of their meanings. */
  public static final int SCHEMA_VERSION = 1;

  private static final Signal[] ALL = Signal.values();

  private final long nanoTime;
  private final double[] values;

  private Signals(long nanoTime, double[] values) {
    this.nanoTime = nanoTime;
    this.values = values;
  }

  /**
   * Creates signals from one value per constant of {@link Signal}, in their order.
   *
   * @param nanoTime moment of the reading on the library's clock
   * @throws IllegalArgumentException if there is not exactly one value per signal
   */
  public static Signals of(long nanoTime, double... values) {
    Require.that(values.length == ALL.length, "values", "of length " + ALL.length, values.length);
    return new Signals(nanoTime, values.clone());
  }

  /** Moment of the reading in nanoseconds on the library's clock. */
  public long nanoTime() {
    return nanoTime;
  }

  /** Value of {@code signal} in its unit, NaN when unknown. */
  public double value(Signal signal) {
    return values[signal.ordinal()];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Signals that
        && nanoTime == that.nanoTime
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(nanoTime) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(", ", "Signals{", "}");
    for (Signal signal : ALL) {
      text.add(signal + "=" + values[signal.ordinal()]);
    }
    return text.toString();
  }
}
