package io.foreguard.predictive.trust;

import io.foreguard.internal.Require;
import java.util.Arrays;

/**
 * A sequential test by betting of whether a bounded quantity is above zero on average. It may be
 * looked at after every observation: that does not make it wrong more often. Constant time and
 * memory, no allocation. Not thread-safe: whoever owns it guards it.
 *
 * <p>A gambler starts with 1 and stakes the share {@code s} of what he has on each observation
 * {@code d} in [-1, 1]: his wealth becomes {@code wealth * (1 + s * d)}. If {@code d} is not above
 * zero on average, given all that was known when it began, no gambler can expect to gain, and by
 * Ville's inequality the chance that he ever has {@code 1 / level} is at most {@code level}. This
 * one divides his money between five shares, from 0.05 to 0.8, so that none need be chosen.
 *
 * <p>A gambler who has lost nearly everything would notice too late that things have changed. What
 * then happens is what the two kinds differ in:
 *
 * <ul>
 *   <li>{@link #atLevel} starts again, and the k-th try must reach {@code pi^2 k^2 / (6 level)}:
 *       the chance of a false finding in <em>all</em> tries together is at most {@code level}.
 *   <li>{@link #alarm} starts again each time it has less than it began with, at the same bar:
 *       while nothing is above zero, the mean number of observations to a false alarm is at least
 *       the bar (an e-detector).
 * </ul>
 *
 * <p>Sources: I. Waudby-Smith, A. Ramdas, "Estimating means of bounded random variables by betting"
 * (JRSS B 86, 2024); G. Shafer, V. Vovk, "Game-Theoretic Foundations for Probability and Finance"
 * (2019); J. Shin, A. Ramdas, A. Rinaldo, "E-detectors: a nonparametric framework for sequential
 * change detection" (2023). We bet on a grid of fixed shares instead of learning one.
 */
public final class BettingTest {
  private static final double[] SHARES = {.05, .1, .2, .4, .8};
  private static final double LOST = .1;
  private static final double SPENT_FIRST = Math.PI * Math.PI / 6;

  private final double bar;
  private final boolean alarm;
  private final double[] stakes = new double[SHARES.length];
  private double tries;
  private double wealth;

  private BettingTest(double bar, boolean alarm) {
    this.bar = bar;
    this.alarm = alarm;
    reset();
  }

  /**
   * A test whose chance ever to find what is not there is at most {@code level}, however long it
   * goes on.
   *
   * @param level in {@code (0, 1]}
   */
  public static BettingTest atLevel(double level) {
    return new BettingTest(1 / Require.ratio(level, "level"), false);
  }

  /**
   * A watch for a change that may come at any time; see the type.
   *
   * @param bar wealth that is an alarm, above 1: the least mean number of observations between two
   *     false ones
   */
  public static BettingTest alarm(double bar) {
    Require.positive(bar, "bar");
    return new BettingTest(Require.that(bar > 1, "bar", "above 1", bar), true);
  }

  /**
   * Takes one observation.
   *
   * @param d in {@code [-1, 1]}; positive speaks for what is to be found
   * @throws IllegalArgumentException if it is out of range or NaN
   */
  public void bet(double d) {
    if (!(d >= -1 && d <= 1)) {
      Require.that(false, "d", "in [-1, 1]", d);
    }
    double sum = 0;
    for (int i = 0; i < SHARES.length; i++) {
      stakes[i] *= 1 + SHARES[i] * d;
      sum += stakes[i];
    }
    wealth = Math.min(1e100, sum);
    if (sum > 1e100) {
      Arrays.fill(stakes, 1e100 / SHARES.length);
    }
    if (wealth < (alarm ? 1 : LOST)) {
      start(tries + 1);
    }
  }

  /** What the gambler has in this try; he began with 1. */
  public double wealth() {
    return wealth;
  }

  /** What he must have in this try to have found something. */
  public double bar() {
    return alarm ? bar : bar * SPENT_FIRST * tries * tries;
  }

  /**
   * Natural logarithm of wealth over bar: 0 or more when something has been found, and otherwise
   * how far there is to go.
   */
  public double logEvidence() {
    return Math.log(wealth / bar());
  }

  /** Whether it has been found that the mean is above zero, as of now. */
  public boolean isFound() {
    return wealth >= bar();
  }

  /** Times the gambler has started so far, at least 1. */
  public double tries() {
    return tries;
  }

  /** Starts the next try. What earlier tries spent of the level stays spent. */
  public void restart() {
    start(tries + 1);
  }

  /** Forgets everything, as if new. */
  public void reset() {
    start(1);
  }

  private void start(double next) {
    tries = next;
    wealth = 1;
    Arrays.fill(stakes, 1.0 / SHARES.length);
  }

  @Override
  public String toString() {
    return "BettingTest{wealth=" + wealth + " of " + bar() + ", try " + (long) tries + "}";
  }
}
