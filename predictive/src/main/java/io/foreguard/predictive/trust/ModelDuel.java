package io.foreguard.predictive.trust;

import io.foreguard.internal.Require;

/**
 * Compares two forecasters of success on what happened, by log loss: is the first better than the
 * second, is it worse? Constant time and memory, no allocation. Not thread-safe.
 *
 * <p><b>What is bet on.</b> The difference of the two log losses, with predictions clipped to
 * [0.01, 0.99], as a share of the largest there can be (ln 99): in [-1, 1].
 *
 * <p><b>Calls are no independent draws.</b> A hundred calls in flight when a dependency dies fail
 * together, and each was forecast before the first of them failed. So calls are gathered by when
 * they <em>started</em> into cells of time, at least as long as calls have lately taken; each cell
 * is one bet on its mean; and every second cell belongs to one of two tests, whose wealth is
 * averaged. Whatever a test has bet on had then ended before the next call that it bets on started,
 * which is what the guarantee of {@link BettingTest} needs. (On such lags: Y. J. Choe, A. Ramdas,
 * "Comparing sequential forecasters", Operations Research 72, 2024.)
 *
 * <p><b>What a breaker let through.</b> One estimate serves all calls of a moment, so whether a
 * call is admitted does not depend on which call it is, and the mean of those that were admitted
 * stands for all that arrived. A cell with one probe counts as much as one with a thousand calls:
 * that weighs each call by the inverse of its chance to be admitted.
 */
public final class ModelDuel {
  private static final double LEAST = .01;
  private static final double MOST_DIFFERENCE = Math.log((1 - LEAST) / LEAST);
  private static final long FORGOTTEN_PER_CELL = 10; // a tenth

  private final long leastCellNanos;
  private final BettingTest[] better = new BettingTest[2];
  private final BettingTest[] worse = new BettingTest[2];

  private boolean started;
  private long cells;
  private long currentFrom;
  private long currentNanos;
  private double currentSum;
  private long currentCalls;
  private long previousFrom;
  private double previousSum;
  private long previousCalls;
  private long longestNanos;
  private long late;
  private double meanDifference;

  /**
   * Creates a comparison.
   *
   * @param level chance ever to find the first better though it is not, in {@code (0, 1]}
   * @param bar mean number of cells at least between two false findings that it is worse, above 1
   * @param leastCellNanos least length of a cell in nanoseconds, at least 1
   */
  public ModelDuel(double level, double bar, long leastCellNanos) {
    Require.that(leastCellNanos >= 1, "leastCellNanos", "at least 1", leastCellNanos);
    this.leastCellNanos = leastCellNanos;
    for (int i = 0; i < 2; i++) {
      better[i] = BettingTest.atLevel(level);
      worse[i] = BettingTest.alarm(bar);
    }
  }

  /**
   * Takes how a call ended. Calls are told in the order in which they end.
   *
   * @param startNanos when the call started
   * @param nanoTime when it ended, on the same clock
   * @param first success probability that the first forecaster gave when the call started
   * @param second the same of the second
   * @return whether a cell was closed: the findings may have changed
   */
  public boolean record(
      long startNanos, long nanoTime, double first, double second, boolean success) {
    boolean closed = roll(nanoTime);
    longestNanos = Math.max(longestNanos, nanoTime - startNanos);
    double difference = (loss(second, success) - loss(first, success)) / MOST_DIFFERENCE;
    if (startNanos - currentFrom >= 0) {
      currentSum += difference;
      currentCalls++;
    } else if (cells > 0 && startNanos - previousFrom >= 0) {
      previousSum += difference;
      previousCalls++;
    } else {
      late++;
    }
    return closed;
  }

  private boolean roll(long now) {
    if (!started) {
      started = true;
      currentFrom = now;
      currentNanos = leastCellNanos;
      return false;
    }
    if (now - currentFrom < currentNanos) {
      return false;
    }
    boolean closed = previousCalls > 0;
    if (closed) {
      settle((int) ((cells - 1) & 1), previousSum / previousCalls);
    }
    previousFrom = currentFrom;
    previousSum = currentSum;
    previousCalls = currentCalls;
    currentFrom = now;
    currentSum = 0;
    currentCalls = 0;
    cells++;
    currentNanos = Math.max(leastCellNanos, longestNanos);
    longestNanos -= longestNanos / FORGOTTEN_PER_CELL;
    return closed;
  }

  private void settle(int stream, double mean) {
    double d = Math.max(-1, Math.min(1, mean));
    better[stream].bet(d);
    worse[stream].bet(-d);
    meanDifference += .01 * (d * MOST_DIFFERENCE - meanDifference);
  }

  private static double loss(double probability, boolean success) {
    double inside = Math.min(1 - LEAST, Math.max(LEAST, probability));
    return -Math.log(success ? inside : 1 - inside);
  }

  /** Whether the first has been found better. */
  public boolean isBetter() {
    return evidenceOfBetter() >= 0;
  }

  /** Whether the first has been found worse. */
  public boolean isWorse() {
    return evidenceOfWorse() >= 0;
  }

  /** Natural logarithm of wealth over bar of the test for better: 0 or more is a finding. */
  public double evidenceOfBetter() {
    return evidence(better);
  }

  /** Natural logarithm of wealth over bar of the test for worse: 0 or more is a finding. */
  public double evidenceOfWorse() {
    return evidence(worse);
  }

  private static double evidence(BettingTest[] tests) {
    double share = tests[0].wealth() / tests[0].bar() + tests[1].wealth() / tests[1].bar();
    return Math.log(share / 2);
  }

  /**
   * By how much the log loss of the first is smaller in the mean of the last hundred cells or so,
   * in nats per call.
   */
  public double meanGain() {
    return meanDifference;
  }

  /** Cells that have ended. */
  public long cells() {
    return cells;
  }

  /** Calls that took so much longer than others that their cell had been settled: left out. */
  public long lateCalls() {
    return late;
  }

  /** Starts both tests again; what was spent of the level stays spent. */
  public void restart() {
    for (int i = 0; i < 2; i++) {
      better[i].restart();
      worse[i].restart();
    }
    meanDifference = 0;
  }

  /** Forgets all findings, as when one of the forecasters is replaced. */
  public void reset() {
    for (int i = 0; i < 2; i++) {
      better[i].reset();
      worse[i].reset();
    }
    started = false;
    cells = 0;
    currentSum = 0;
    currentCalls = 0;
    previousSum = 0;
    previousCalls = 0;
    meanDifference = 0;
  }
}
