package io.foreguard.hedge;

import io.foreguard.evidence.LatencyEvidence;
import io.foreguard.evidence.LatencyEvidence.Condition;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** How long to wait before a hedge, and whether hedging is an option at all. Thread-safe. */
final class HedgeDelay {
  /*
   * The delay is computed anew by one of the calls at most every 100 ms.
   *
   * A call that is answered by its hedge leaves no latency of its first attempt behind: it was
   * cancelled. So the slowest attempts are missing from the evidence, the quantile of the rest
   * shrinks, more calls are hedged, and so on. But each missing attempt was slower than the delay:
   * with a share w of them missing, the quantile q of all attempts is the quantile q + w of the
   * evidence.
   */
  private static final long REFRESH_NANOS = 100_000_000L;
  private static final double LEAST_SUCCESSES = 100;
  private static final double LARGEST_QUANTILE = .999;
  private static final double MEMORY_CALLS = 1_000;
  private static final double LONGEST_NANOS = Long.MAX_VALUE / 4.0;

  private final HedgeConfig config;
  private final @Nullable Duration fixed;
  private final @Nullable LatencyEvidence evidence;
  private final HedgeMetrics metrics;
  private final AtomicLong refreshAt;
  private volatile @Nullable Duration current;

  // guarded by this
  private long seenCalls;
  private long seenWins;
  private double recentCalls;
  private double recentWins;

  HedgeDelay(
      HedgeConfig config, @Nullable LatencyEvidence evidence, HedgeMetrics metrics, long now) {
    this.config = config;
    this.fixed = config.fixedDelay().orElse(null);
    this.evidence = evidence;
    this.metrics = metrics;
    refreshAt = new AtomicLong(now);
    seenCalls = metrics.calls();
    seenWins = metrics.wins();
    current = evidence == null ? fixed : null;
  }

  /** Whether {@link #next} looks at the time. */
  boolean isTimed() {
    return evidence != null;
  }

  /** The delay of a call that starts now; null when it must not be hedged. */
  @Nullable Duration next(long now) {
    LatencyEvidence known = evidence;
    if (known == null) {
      return fixed;
    }
    long due = refreshAt.get();
    if (now - due >= 0 && refreshAt.compareAndSet(due, now + REFRESH_NANOS)) {
      current = computed(known);
    }
    return current;
  }

  private @Nullable Duration computed(LatencyEvidence known) {
    double missing = missingShare();
    if (known.condition() != Condition.CALM) {
      return null;
    }
    if (fixed != null) {
      return fixed;
    }
    if (!(known.successes() >= LEAST_SUCCESSES)) {
      return null;
    }
    double q = Math.min(LARGEST_QUANTILE, config.quantile() + missing);
    double nanos = known.quantile(q) * 1e9;
    if (Double.isNaN(nanos)) {
      return null;
    }
    Duration delay = Duration.ofNanos(Math.round(Math.min(nanos, LONGEST_NANOS)));
    return delay.compareTo(config.minDelay()) < 0 ? config.minDelay() : delay;
  }

  private synchronized double missingShare() {
    long calls = metrics.calls();
    long wins = metrics.wins();
    recentCalls += calls - seenCalls;
    recentWins += wins - seenWins;
    seenCalls = calls;
    seenWins = wins;
    if (recentCalls > MEMORY_CALLS) {
      recentWins *= MEMORY_CALLS / recentCalls;
      recentCalls = MEMORY_CALLS;
    }
    return recentWins / Math.max(1, recentCalls);
  }
}
