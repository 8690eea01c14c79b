package io.foreguard.predictive.online;

import io.foreguard.predictive.trust.BettingTest;

/**
 * Whether a forecaster has proven itself better than another, or worse, on what happened. Constant
 * time and memory, no allocation. Not thread-safe.
 *
 * <p><b>What is bet on.</b> The difference of their log losses, with both predictions clipped to
 * [0.1, 0.9] first. That is a proper score too (a mixture of the elementary scores of all
 * thresholds in between: W. Ehm, T. Gneiting, A. Jordan, F. Krueger, "Of quantiles and expectiles",
 * JRSS B 78, 2016), and one that counts only what can change a decision: 0.97 against 0.99 is no
 * bet.
 *
 * <p><b>Calls are no independent draws.</b> They are gathered, by when they started, into cells of
 * time at least as long as calls have taken; a cell is one bet on its mean, and every second cell
 * belongs to one of two tests whose wealth is averaged. So what a test has bet on had ended before
 * the next call that it bets on started. A cell with one probe counts as much as one with a
 * thousand calls.
 *
 * <p><b>Incidents are no independent draws either.</b> Hundreds of cells of one incident say the
 * same thing. In one episode (from the first cell in which either prediction was below 0.9 until
 * three cells and five seconds without) a test may win at most {@value #MOST_WON} times what it
 * had; what it loses, it loses. Refusing bets never makes a test's guarantee worse.
 */
final class Proof {
  static final double LEAST = .1;
  static final double MOST_WON = 3;
  private static final double MOST_DIFFERENCE = Math.log((1 - LEAST) / LEAST);
  private static final long LEAST_CELL_NANOS = 100_000_000L;
  private static final long QUIET_NANOS = 5_000_000_000L;
  private static final int QUIET_CELLS = 3;

  private final BettingTest[] better = new BettingTest[2];
  private final BettingTest[] worse = new BettingTest[2];
  private final double[] wealthBefore = {1, 1};
  private final double[] sums = new double[2];
  private final long[] calls = new long[2];
  private final boolean[] troubled = new boolean[2];

  private boolean started;
  private long cell;
  private long cellFrom;
  private long cellNanos = LEAST_CELL_NANOS;
  private long late;
  private boolean episode;
  private long episodes;
  private int quietCells;
  private long lastTrouble;

  Proof(double level, double bar) {
    for (int i = 0; i < 2; i++) {
      better[i] = BettingTest.atLevel(level);
      worse[i] = BettingTest.alarm(bar);
    }
  }

  /**
   * What one call wins for the model.
   *
   * @param byDefault success probability by the default model
   * @param byModel the same by the model
   * @return in [-1, 1], positive when the model was better
   */
  static double win(double byDefault, double byModel, boolean success) {
    return (loss(byDefault, success) - loss(byModel, success)) / MOST_DIFFERENCE;
  }

  private static double loss(double probability, boolean success) {
    double inside = Math.min(1 - LEAST, Math.max(LEAST, probability));
    return -Math.log(success ? inside : 1 - inside);
  }

  /** Whether either prediction is one that a decision may hang on. */
  static boolean isTroubled(double byDefault, double byModel) {
    return Math.min(byDefault, byModel) < 1 - LEAST;
  }

  /**
   * Lets time pass.
   *
   * @param longestNanos how long calls take at most, as far as known
   * @return whether a cell was settled: the findings may have changed
   */
  boolean moveTo(long now, long longestNanos) {
    if (!started) {
      started = true;
      cellFrom = now;
    }
    if (now - cellFrom < cellNanos) {
      return false;
    }
    cell++;
    cellFrom = now;
    cellNanos = Math.max(LEAST_CELL_NANOS, longestNanos);
    int place = place(cell); // of the cell before the one that has just ended
    boolean settles = calls[place] > 0;
    if (settles) {
      settle(place, sums[place] / calls[place], troubled[place], now);
    }
    sums[place] = 0;
    calls[place] = 0;
    troubled[place] = false;
    return settles;
  }

  /** The cell that calls which start now belong to. */
  long cell() {
    return cell;
  }

  /** Takes calls that started in a cell. */
  void add(long startedIn, double won, long count, boolean trouble) {
    if (cell - startedIn > 1) {
      late += count;
      return;
    }
    int place = place(startedIn);
    sums[place] += won;
    calls[place] += count;
    troubled[place] |= trouble;
  }

  private static int place(long cell) {
    return (int) (cell & 1);
  }

  private void settle(int stream, double mean, boolean trouble, long now) {
    if (trouble) {
      if (!episode) {
        episode = true;
        episodes++;
        wealthBefore[0] = better[0].wealth();
        wealthBefore[1] = better[1].wealth();
      }
      quietCells = 0;
      lastTrouble = now;
    } else if (episode && ++quietCells >= QUIET_CELLS && now - lastTrouble >= QUIET_NANOS) {
      episode = false;
    }
    double d = Math.max(-1, Math.min(1, mean));
    boolean wonEnough = better[stream].wealth() >= MOST_WON * wealthBefore[stream];
    better[stream].bet(wonEnough ? Math.min(0, d) : d);
    worse[stream].bet(-d);
  }

  /** Natural logarithm of wealth over bar of the test for better: 0 or more is a finding. */
  double evidenceOfBetter() {
    return evidence(better);
  }

  /** Natural logarithm of wealth over bar of the test for worse: 0 or more is a finding. */
  double evidenceOfWorse() {
    return evidence(worse);
  }

  private static double evidence(BettingTest[] tests) {
    return Math.log((tests[0].wealth() / tests[0].bar() + tests[1].wealth() / tests[1].bar()) / 2);
  }

  /** Starts to look for worse anew. */
  void restartWorse() {
    worse[0].reset();
    worse[1].reset();
  }

  /** Asks for proof anew; what was spent of the level stays spent. */
  void restartBetter() {
    for (int i = 0; i < 2; i++) {
      better[i].restart();
      wealthBefore[i] = 1;
    }
  }

  /** Stretches of time in which a decision may have hung on the predictions. */
  long episodes() {
    return episodes;
  }

  /** Calls that took so much longer than others that their cell had been settled: left out. */
  long lateCalls() {
    return late;
  }
}
