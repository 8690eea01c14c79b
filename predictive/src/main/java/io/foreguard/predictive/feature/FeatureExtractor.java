package io.foreguard.predictive.feature;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import io.foreguard.predictive.observation.Observation;
import java.time.Duration;

/**
 * Computes the features of {@link FeatureSchema#dependencyLoad()} from one dependency's samples, in
 * their order. The same class serves training and live models, so the same samples give the same
 * bits.
 *
 * <p>Windows go by time, not by number of samples, and end with the latest sample, which counts:
 * the window of an hour at time t holds the samples in {@code (t - 1 h, t]}. Each holds at most
 * 3,600 samples; where samples are less than a second apart, the oldest go early.
 *
 * <p>Constant time per sample on average, bounded memory, no allocation once the windows have
 * grown. Not thread-safe; owned by one dependency.
 */
public final class FeatureExtractor {
  /** History that must have been seen before there are features. */
  public static final Duration HISTORY = FeatureSchema.TREND_WINDOW;

  /** Samples that must have been seen within the trend's window before there are features. */
  public static final int MINIMUM_SAMPLES = 4;

  /** Longest time between two samples; a longer gap starts the history anew. */
  public static final Duration LONGEST_GAP = Duration.ofMinutes(15);

  private static final int QUANTITIES = 4;
  private static final long LONGEST_GAP_MILLIS = LONGEST_GAP.toMillis();
  private static final long HISTORY_MILLIS = HISTORY.toMillis();

  private final RollingWindow hour =
      new RollingWindow(FeatureSchema.MEAN_WINDOW.toMillis(), QUANTITIES);
  private final RollingWindow halfHour =
      new RollingWindow(FeatureSchema.TREND_WINDOW.toMillis(), QUANTITIES);
  private final double[] latest = new double[QUANTITIES];
  private boolean started;
  private long firstMillis;
  private long lastMillis;

  /** The schema of what is computed here. */
  public static FeatureSchema schema() {
    return FeatureSchema.dependencyLoad();
  }

  /**
   * Takes the next sample and returns whether there are features now.
   *
   * @throws IllegalArgumentException if the sample is not later than the one before
   */
  @CanIgnoreReturnValue
  public boolean add(Observation sample) {
    long time = sample.timeMillis();
    if (started) {
      Require.that(time > lastMillis, "timeMillis", "later than " + lastMillis, time);
    }
    if (!started || time - lastMillis > LONGEST_GAP_MILLIS) {
      hour.clear();
      halfHour.clear();
      firstMillis = time;
      started = true;
    }
    lastMillis = time;
    latest[0] = sample.activeConnections();
    latest[1] = sample.p95LatencySeconds();
    latest[2] = sample.transactionRate();
    latest[3] = sample.failureShare();
    hour.add(time, latest);
    halfHour.add(time, latest);
    return isReady();
  }

  /**
   * Whether the history suffices: without a gap over {@link #LONGEST_GAP} it reaches {@link
   * #HISTORY} back, and at least {@link #MINIMUM_SAMPLES} lie within the trend's window.
   */
  public boolean isReady() {
    return started
        && lastMillis - firstMillis >= HISTORY_MILLIS
        && halfHour.size() >= MINIMUM_SAMPLES;
  }

  /** History seen so far without a gap; zero before the second sample. */
  public Duration history() {
    return started ? Duration.ofMillis(lastMillis - firstMillis) : Duration.ZERO;
  }

  /**
   * Writes the features as of the latest sample into {@code target}.
   *
   * @throws IllegalArgumentException if the target's length is not the schema's size
   * @throws IllegalStateException if not {@link #isReady}
   */
  public void copyTo(double[] target) {
    int size = schema().size();
    Require.that(target.length == size, "target", "of length " + size, target.length);
    if (!isReady()) {
      throw new IllegalStateException("no features before " + HISTORY + " of history");
    }
    for (int q = 0; q < QUANTITIES; q++) {
      target[q] = latest[q];
      target[QUANTITIES + q] = hour.mean(q);
      target[2 * QUANTITIES + q] = halfHour.slope(q);
    }
    for (int q = 0; q < 2; q++) {
      double mean = hour.mean(q);
      target[3 * QUANTITIES + q] = mean > 0 ? latest[q] / mean : 1;
    }
  }
}
