package io.foreguard.predictive.forecast;

import io.foreguard.internal.Require;
import java.util.Arrays;

/**
 * Forecasts a quantity that is sampled at equal intervals, a fixed number of steps ahead. Not
 * thread-safe.
 *
 * <p>Several simple forecasters run side by side: exponential smoothing of four speeds, two with a
 * damped trend (Gardner and McKenzie, "Forecasting Trends in Time Series", 1985), and one that adds
 * the profile of the season, such as the time of day, once a whole season has been seen. Their
 * forecasts are averaged with weights that follow how well each has done lately at just this number
 * of steps ahead.
 *
 * <p>The interval is found from past errors alone, without supposing a distribution: each end is
 * moved out a little whenever the value lies beyond it and in a little otherwise, so that in the
 * long run the promised share of values lies between them, whatever the series does (Gibbs and
 * Candes, "Adaptive Conformal Inference Under Distribution Shift", 2021).
 *
 * <p>Constant time and no allocation per sample; memory is a few numbers per step and two per step
 * of the season.
 */
public final class Forecaster {
  /** Most steps ahead. */
  public static final int MOST_STEPS = 1_000;

  /** Most steps of a season. */
  public static final int MOST_SEASON = 100_000;

  private static final double[] LEVEL_SPEEDS = {.8, .3, .1, .03, .5, .2, .2};
  private static final double[] TREND_SPEEDS = {0, 0, 0, 0, .2, .1, 0};
  private static final double[] DAMPING = {0, 0, 0, 0, .9, .98, 0};
  private static final int EXPERTS = LEVEL_SPEEDS.length;
  private static final int SEASONAL = EXPERTS - 1;
  private static final double SHARPNESS = 20;
  private static final double ERROR_MEMORY = .98;
  private static final double SEASON_SPEED = .3;
  private static final double REACH_SPEED = .25;
  private static final double FIRST_REACH = 2.5;
  private static final double MOST_REACH = 30;
  private static final double LEAST_ERROR = 1e-6;

  private final int steps;
  private final double tail;
  private final Scale scale;
  private final int season;
  private final double[] profile;
  private final double[] levels = new double[EXPERTS];
  private final double[] trends = new double[EXPERTS];
  private final double[] errors = new double[EXPERTS];

  /** Forecasts made at each of the last steps, one row per step. */
  private final double[][] made;

  private final double[] combined;
  private final double[] lows;
  private final double[] highs;
  private final boolean[] valid;
  private double center;
  private double error;
  private double errorWeight;
  private double reachDown = FIRST_REACH;
  private double reachUp = FIRST_REACH;
  private long step;
  private long samples;

  /**
   * Creates a forecaster.
   *
   * @param steps how many samples ahead, from 1 to {@link #MOST_STEPS}
   * @param coverage share of values that are to lie in the interval, in [0.5, 0.99]
   * @param scale scale of the quantity
   * @param season samples in a season, for example in a day; 0 if there is none, at most {@link
   *     #MOST_SEASON}
   * @throws IllegalArgumentException if an argument is out of range or NaN
   */
  public Forecaster(int steps, double coverage, Scale scale, int season) {
    this.steps = Require.inRange(steps, 1, MOST_STEPS, "steps");
    Require.that(coverage >= .5 && coverage <= .99, "coverage", "in [0.5, 0.99]", coverage);
    tail = (1 - coverage) / 2;
    this.scale = Require.nonNull(scale, "scale");
    this.season = Require.inRange(season, 0, MOST_SEASON, "season");
    profile = new double[season];
    Arrays.fill(profile, Double.NaN);
    made = new double[steps][EXPERTS];
    combined = new double[steps];
    lows = new double[steps];
    highs = new double[steps];
    valid = new boolean[steps];
  }

  /**
   * Takes the next sample, in the quantity's unit. NaN stands for a sample that is missing: time
   * goes on, and nothing is learned.
   */
  public void add(double value) {
    int place = (int) (step % steps);
    boolean known = !Double.isNaN(value) && !Double.isInfinite(value);
    if (known) {
      double scaled = scale.to(value);
      if (valid[place]) {
        judge(place, scaled);
      }
      learn(scaled);
    }
    step++;
    valid[place] = samples > 0;
    if (valid[place]) {
      forecastInto(place);
    }
  }

  /** Whether there is a forecast: enough samples to have seen a first one come out. */
  public boolean isReady() {
    return errorWeight > 0;
  }

  /** Samples taken, without missing ones. */
  public long samples() {
    return samples;
  }

  /**
   * What the quantity will be, steps after the latest sample.
   *
   * @throws IllegalStateException if not {@link #isReady}
   */
  public Forecast forecast() {
    if (!isReady()) {
      throw new IllegalStateException("no forecast before one has come out");
    }
    int place = (int) ((step - 1) % steps);
    double value = scale.from(combined[place]);
    return new Forecast(
        value, Math.min(value, scale.from(lows[place])), Math.max(value, scale.from(highs[place])));
  }

  /** Judges what was forecast for this sample so many steps ago. */
  private void judge(int place, double scaled) {
    for (int e = 0; e < EXPERTS; e++) {
      errors[e] = ERROR_MEMORY * errors[e] + Math.abs(scaled - made[place][e]);
    }
    error = ERROR_MEMORY * error + Math.abs(scaled - combined[place]);
    errorWeight = ERROR_MEMORY * errorWeight + 1;
    reachUp = moved(reachUp, scaled > highs[place]);
    reachDown = moved(reachDown, scaled < lows[place]);
  }

  private double moved(double reach, boolean beyond) {
    double next = reach + REACH_SPEED * ((beyond ? 1 : 0) - tail);
    return Math.min(MOST_REACH, Math.max(0, next));
  }

  private void learn(double scaled) {
    double seasonal = seasonal(step);
    for (int e = 0; e < EXPERTS; e++) {
      double value = e == SEASONAL ? scaled - seasonal : scaled;
      if (samples == 0) {
        levels[e] = value;
        continue;
      }
      double before = levels[e];
      double expected = before + DAMPING[e] * trends[e];
      levels[e] = expected + LEVEL_SPEEDS[e] * (value - expected);
      trends[e] =
          DAMPING[e] * trends[e] + TREND_SPEEDS[e] * (levels[e] - before - DAMPING[e] * trends[e]);
    }
    samples++;
    if (season > 0) {
      learnSeason(scaled);
    }
  }

  /** The first season gives the profile about its mean; later ones move it. */
  private void learnSeason(double scaled) {
    int at = (int) (step % season);
    if (step >= season) {
      center += (scaled - center) / season;
      profile[at] += SEASON_SPEED * (scaled - center - profile[at]);
      return;
    }
    center += (scaled - center) / samples;
    profile[at] = scaled;
    if (at == season - 1) {
      for (int i = 0; i < season; i++) {
        profile[i] = Double.isNaN(profile[i]) ? 0 : profile[i] - center;
      }
      levels[SEASONAL] = scaled - profile[at];
    }
  }

  private void forecastInto(int place) {
    double best = Double.MAX_VALUE;
    for (double each : errors) {
      best = Math.min(best, each);
    }
    double sum = 0;
    double weights = 0;
    for (int e = 0; e < EXPERTS; e++) {
      double ahead = levels[e] + trends[e] * damped(DAMPING[e]);
      if (e == SEASONAL) {
        ahead += seasonal(step - 1 + steps);
      }
      made[place][e] = ahead;
      double weight = Math.pow((LEAST_ERROR + best) / (LEAST_ERROR + errors[e]), SHARPNESS);
      sum += weight * ahead;
      weights += weight;
    }
    double unit = errorWeight > 0 ? Math.max(LEAST_ERROR, error / errorWeight) : 1;
    combined[place] = sum / weights;
    lows[place] = combined[place] - reachDown * unit;
    highs[place] = combined[place] + reachUp * unit;
  }

  /** What the season adds at a step; nothing before a whole season has been seen. */
  private double seasonal(long at) {
    return season == 0 || step < season ? 0 : profile[(int) (at % season)];
  }

  /** Sum of the damping's first powers: how many steps of trend count. */
  private double damped(double damping) {
    return damping * (1 - Math.pow(damping, steps)) / (1 - damping);
  }

  @Override
  public String toString() {
    return "Forecaster{steps="
        + steps
        + ", samples="
        + samples
        + ", errors="
        + Arrays.toString(errors)
        + "}";
  }
}
