package io.foreguard.retry;

import io.foreguard.internal.Require;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A bound on the load that retries add: at most {@code burst} retries plus {@code ratio} retries
 * for each request.
 *
 * <p>Share one budget between all retries that reach the same dependency; by default each {@link
 * Retry} has its own. Thread-safe; no operation locks or allocates, and while nothing is retried
 * {@link #onRequest()} only reads.
 */
public final class RetryBudget {
  /*
   * A token bucket in one word of fixed-point tokens. A request deposits `ratio` tokens, a retry
   * takes one, and the bucket holds at most `burst`. The deposit is rounded up, so that a ratio of
   * 1/n yields a whole token after exactly n requests; the surplus is below 2^-32 token per request.
   * A full bucket is not written to, so a healthy dependency's callers share a clean cache line.
   */
  private static final long TOKEN = 1L << 32;
  private static final int LARGEST_BURST = 1_000_000;
  private static final RetryBudget UNLIMITED = new RetryBudget(1, 1, true);

  static final double DEFAULT_RATIO = 0.1;
  static final int DEFAULT_BURST = 10;

  private final double ratio;
  private final int burst;
  private final boolean unlimited;
  private final long capacity;
  private final long deposit;
  private final AtomicLong tokens;

  private RetryBudget(double ratio, int burst, boolean unlimited) {
    this.ratio = ratio;
    this.burst = burst;
    this.unlimited = unlimited;
    capacity = burst * TOKEN;
    deposit = (long) Math.ceil(ratio * TOKEN);
    tokens = new AtomicLong(capacity);
  }

  /** A full budget of the default size: 10 % of the requests, plus 10 retries. */
  public static RetryBudget standard() {
    return of(DEFAULT_RATIO, DEFAULT_BURST);
  }

  /**
   * A full budget.
   *
   * @param ratio retries earned per request, in (0, 1]
   * @param burst retries that can be saved up, in [1, 1000000]
   * @throws IllegalArgumentException if either is out of range
   */
  public static RetryBudget of(double ratio, int burst) {
    return new RetryBudget(requireRatio(ratio, "ratio"), requireBurst(burst, "burst"), false);
  }

  /** The budget that is never spent: turns the bound off. */
  public static RetryBudget unlimited() {
    return UNLIMITED;
  }

  static double requireRatio(double ratio, String setting) {
    return Require.ratio(ratio, setting);
  }

  static int requireBurst(int burst, String setting) {
    return Require.inRange(burst, 1, LARGEST_BURST, setting);
  }

  /** Earns {@link #ratio()} retries, up to the burst. Call it once per request, not per attempt. */
  public void onRequest() {
    if (!unlimited && tokens.get() != capacity) {
      deposit();
    }
  }

  private void deposit() {
    long current;
    long next;
    do {
      current = tokens.get();
      if (current == capacity) {
        return;
      }
      next = Math.min(capacity, current + deposit);
    } while (!tokens.compareAndSet(current, next));
  }

  /** Takes one retry; false, and nothing taken, when less than a whole one is left. */
  public boolean tryWithdraw() {
    if (unlimited) {
      return true;
    }
    long current;
    do {
      current = tokens.get();
      if (current < TOKEN) {
        return false;
      }
    } while (!tokens.compareAndSet(current, current - TOKEN));
    return true;
  }

  /** Spent share of the burst: 0 when full or unlimited, 1 when nothing is left. */
  public double utilization() {
    return unlimited ? 0 : 1 - (double) tokens.get() / capacity;
  }

  /** Whole retries that could be taken now; {@link Integer#MAX_VALUE} when unlimited. */
  public int available() {
    return unlimited ? Integer.MAX_VALUE : (int) (tokens.get() / TOKEN);
  }

  /** Retries earned per request; 1 when unlimited. */
  public double ratio() {
    return ratio;
  }

  /** Retries that can be saved up; {@link Integer#MAX_VALUE} when unlimited. */
  public int burst() {
    return unlimited ? Integer.MAX_VALUE : burst;
  }

  @Override
  public String toString() {
    return unlimited
        ? "unlimited retry budget"
        : "retry budget of "
            + ratio
            + " per request and "
            + burst
            + " in reserve, "
            + available()
            + " left";
  }
}
