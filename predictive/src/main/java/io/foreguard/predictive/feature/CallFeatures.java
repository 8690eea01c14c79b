package io.foreguard.predictive.feature;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signals;
import io.foreguard.internal.Require;
import io.foreguard.predictive.internal.CallRing;
import io.foreguard.time.Clock;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Computes the features of {@link FeatureSchema#calls()} for one dependency, from how its calls
 * ended and from its breaker's signals. The same class serves training and live models, so the same
 * calls give the same bits.
 *
 * <p>{@link #learn} hands an outcome over without a lock and without allocation, on the caller's
 * thread. The outcomes are taken in, each in constant time, by whoever asks for features, or by the
 * caller that finds the queue half full and nobody at it. Only when the queue is full meanwhile are
 * outcomes lost, and counted. Memory is bounded: about 60 kB, and 0.5 kB for each of up to 1,000
 * keys. Asking takes about two microseconds and allocates nothing but the default model's estimate.
 *
 * <p>Thread-safe. One serves one dependency; as {@link DependencyHealth} it tells others of it.
 */
public final class CallFeatures implements DependencyHealth {
  private static final int QUEUE = 1_024;
  private static final double HEALTH_FADES_NANOS = 30e9;
  private static final double DAY_MILLIS = 86_400_000;
  private static final double NANOS_PER_MILLI = 1e6;

  private final CallRing queue = new CallRing(QUEUE);
  private final LongAdder lost = new LongAdder();
  private final DependencyHealth downstream;
  private final DependencyHealth surroundings;
  private final boolean hourOfDay;
  private final long originNanos;
  private final long originMillis;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final CallHistory history = new CallHistory();

  @GuardedBy("lock")
  private final CallFeatureWriter writer = new CallFeatureWriter(history);

  private CallFeatures(Builder builder) {
    downstream = builder.downstream;
    surroundings = builder.surroundings;
    hourOfDay = builder.hourOfDay;
    originNanos = builder.clock.nanoTime();
    originMillis = builder.clock.wallTime().toEpochMilli();
  }

  /** Features of calls without anything known of other dependencies, on the given clock. */
  public static CallFeatures of(Clock clock) {
    return builder(clock).build();
  }

  /** Starts building; {@code clock} must be the breaker's own. */
  public static Builder builder(Clock clock) {
    return new Builder(clock);
  }

  /** The schema of what is computed here. */
  public static FeatureSchema schema() {
    return FeatureSchema.calls();
  }

  /** Takes how a call without a key ended; see {@link #learn(String, Outcome, long, long)}. */
  public void learn(Outcome outcome, long durationNanos, long nanoTime) {
    learn("", outcome, durationNanos, nanoTime);
  }

  /**
   * Takes how a call ended. Constant time, no lock, no allocation.
   *
   * @param key the call's key, for example its operation; empty if it has none
   * @param outcome how it ended
   * @param durationNanos how long it took, in nanoseconds
   * @param nanoTime when it ended, in nanoseconds on the clock
   */
  public void learn(String key, Outcome outcome, long durationNanos, long nanoTime) {
    boolean taken = queue.offer(key, outcome, durationNanos, nanoTime, 0);
    if ((!taken || queue.isHalfFull()) && lock.tryLock()) {
      try {
        queue.drainTo(history);
        taken = taken || queue.offer(key, outcome, durationNanos, nanoTime, 0);
      } finally {
        lock.unlock();
      }
    }
    if (!taken) {
      lost.increment();
    }
  }

  /** Outcomes that were lost because the queue was full. */
  public long lost() {
    return lost.sum();
  }

  /**
   * Writes the features as of {@code signals} into {@code target}, all outcomes so far included.
   *
   * @param key key of the call that is to be made; empty if it has none or it is not known
   * @throws IllegalArgumentException if the target's length is not the schema's size
   */
  public void copyTo(Signals signals, String key, double[] target) {
    int size = schema().size();
    Require.that(target.length == size, "target", "of length " + size, target.length);
    long now = signals.nanoTime();
    // Others are asked before the lock is taken: they take theirs, and may ask back.
    double downstreamFailed = downstream.failureShare(now);
    double downstreamLatency = downstream.latencyShift(now);
    double surroundingsFailed = surroundings.failureShare(now);
    double surroundingsLatency = surroundings.latencyShift(now);
    double day = (originMillis + (now - originNanos) / NANOS_PER_MILLI) / DAY_MILLIS;
    double angle = hourOfDay ? 2 * Math.PI * (day - Math.floor(day)) : Double.NaN;
    lock.lock();
    try {
      queue.drainTo(history);
      writer.write(signals, key, target);
      writer.put(downstreamFailed);
      writer.put(downstreamLatency);
      writer.put(surroundingsFailed);
      writer.put(surroundingsLatency);
      writer.put(Math.sin(angle));
      writer.put(Math.cos(angle));
    } finally {
      lock.unlock();
    }
  }

  /** Share of the calls of the last ten seconds or so that failed; NaN before the first. */
  @Override
  public double failureShare(long nanoTime) {
    lock.lock();
    try {
      queue.drainTo(history);
      return history.ended
          ? history.failed10s.share(history.usualFailures(), history.sinceLast(nanoTime))
          : Double.NaN;
    } finally {
      lock.unlock();
    }
  }

  /** How far the latest ten latencies are off, fading within half a minute without a call. */
  @Override
  public double latencyShift(long nanoTime) {
    lock.lock();
    try {
      queue.drainTo(history);
      double fading = Math.exp(-history.sinceLast(nanoTime) / HEALTH_FADES_NANOS);
      return history.latencyDeviations() * fading;
    } finally {
      lock.unlock();
    }
  }

  /** Settings of features. Not thread-safe. */
  public static final class Builder {
    private final Clock clock;
    private DependencyHealth downstream = DependencyHealth.unknown();
    private DependencyHealth surroundings = DependencyHealth.unknown();
    private boolean hourOfDay = true;

    private Builder(Clock clock) {
      this.clock = Require.nonNull(clock, "clock");
    }

    /** Sets who tells of what the dependency itself leans on. Default: nobody. */
    @CanIgnoreReturnValue
    public Builder downstream(DependencyHealth health) {
      downstream = Require.nonNull(health, "health");
      return this;
    }

    /**
     * Sets who tells of the other dependencies that the same caller calls: when they all are slow,
     * it is the caller or the network. Default: nobody.
     */
    @CanIgnoreReturnValue
    public Builder surroundings(DependencyHealth health) {
      surroundings = Require.nonNull(health, "health");
      return this;
    }

    /**
     * Sets whether the hour of day is written. Left out where all that is known is of a day or two:
     * there the hour tells incidents apart, not hours. Default true.
     */
    @CanIgnoreReturnValue
    public Builder hourOfDay(boolean written) {
      hourOfDay = written;
      return this;
    }

    /** Builds the features. */
    public CallFeatures build() {
      return new CallFeatures(this);
    }
  }
}
