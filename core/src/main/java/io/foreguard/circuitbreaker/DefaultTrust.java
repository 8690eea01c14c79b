package io.foreguard.circuitbreaker;

import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.StatisticalModel;
import java.util.Arrays;

/**
 * Whether the default model may decide: not while it forecasts plainly worse than the plain average
 * of the latest outcomes does. Then it abstains, and fixed thresholds decide. That happens where
 * its assumptions fail, as with a deadline that calls miss and nobody cares. Not thread-safe: the
 * gate's lock guards it. Comes with the first failure.
 *
 * <p>Both forecast each batch of outcomes with what they knew before it. The difference of their
 * log losses, clipped to [0.01, 0.99] and less a margin, is bet on in cells of at least {@value
 * #CELL_NANOS} ns, by the three stakes of an e-detector that starts again whenever it has less than
 * it began with: J. Shin, A. Ramdas, A. Rinaldo, "E-detectors" (2023). It alarms at {@value #BAR}
 * times its stake: while the default model is not worse by the margin, once in that many cells at
 * most. Back in trust it is once it has not been worse for {@value #CELLS_TO_RESTORE} cells, and
 * not within a minute of its demotion, or twice as long after each further one, up to an hour.
 */
final class DefaultTrust {
  private static final double BAR = 10_000;
  private static final long CELL_NANOS = 100_000_000L;
  private static final int CELLS_TO_RESTORE = 50;
  private static final double[] SHARES = {.1, .3, .8};
  private static final double MARGIN = .03;
  private static final double LEAST = .01;
  private static final double RANGE = Math.log((1 - LEAST) / LEAST);
  private static final double REMEMBERED_CALLS = 50;
  private static final double REMEMBERED_CELLS = 25;
  private static final long FIRST_DEMOTION = 60_000_000_000L;
  private static final long LONGEST_DEMOTION = 3_600_000_000_000L;

  private final double[] stakes = new double[SHARES.length];
  private double forecast;
  private double average;
  private double cellSum;
  private double cellCalls;
  private long cellStart;
  private boolean demoted;
  private long demotedAt;
  private long demotion = FIRST_DEMOTION;
  private double recent;
  private int cells;

  /** Creates the judge of a model that is trusted and has just forecast {@code forecast}. */
  DefaultTrust(double forecast, long now) {
    this.forecast = forecast;
    average = forecast;
    cellStart = now;
    restart();
  }

  /** Takes outcomes that came since the last forecast. */
  void add(double successes, double failures) {
    cellSum +=
        successes * (Math.log(inside(average)) - Math.log(inside(forecast)))
            + failures * (Math.log(inside(1 - average)) - Math.log(inside(1 - forecast)));
    cellCalls += successes + failures;
    double calls = successes + failures;
    double kept = Math.exp(-calls / REMEMBERED_CALLS);
    average = kept * average + (1 - kept) * successes / calls;
  }

  /**
   * Takes the default model's next forecast.
   *
   * @return whether trust has changed
   */
  boolean forecast(double probability, long now) {
    forecast = probability;
    if (cellCalls == 0 || now - cellStart < CELL_NANOS) {
      return false;
    }
    double worse = Math.max(-1, Math.min(1, cellSum / cellCalls / RANGE - MARGIN));
    cellStart = now;
    cellSum = 0;
    cellCalls = 0;
    return demoted ? restores(worse, now) : demotes(worse, now);
  }

  private boolean demotes(double worse, long now) {
    double wealth = 0;
    for (int i = 0; i < SHARES.length; i++) {
      stakes[i] *= 1 + SHARES[i] * worse;
      wealth += stakes[i];
    }
    if (wealth < 1) {
      restart();
    }
    if (wealth < BAR) {
      return false;
    }
    demoted = true;
    demotedAt = now;
    recent = worse;
    cells = 0;
    return true;
  }

  private boolean restores(double worse, long now) {
    recent += (worse - recent) / REMEMBERED_CELLS;
    cells++;
    if (recent > -MARGIN / 2 || cells < CELLS_TO_RESTORE || now - demotedAt < demotion) {
      return false;
    }
    demoted = false;
    demotion = Math.min(LONGEST_DEMOTION, 2 * demotion);
    restart();
    return true;
  }

  private void restart() {
    Arrays.fill(stakes, 1.0 / SHARES.length);
  }

  boolean isDemoted() {
    return demoted;
  }

  /** Whether this is its first demotion, or the end of that. */
  boolean isFirst() {
    return demotion <= (demoted ? FIRST_DEMOTION : 2 * FIRST_DEMOTION);
  }

  /** What the default model has to say: that it abstains, while it is demoted. */
  Estimate heard(Estimate byDefault) {
    return demoted ? Estimate.abstain(StatisticalModel.instance(), reason()) : byDefault;
  }

  /** Why trust is as it is, in words. */
  String reason() {
    return demoted
        ? "the plain average of the latest outcomes forecasts better"
        : "it forecasts as well as the average again";
  }

  private static double inside(double p) {
    return Math.min(1 - LEAST, Math.max(LEAST, p));
  }
}
