package io.foreguard.predictive.online;

import io.foreguard.evidence.Signal;
import io.foreguard.evidence.Signals;
import io.foreguard.predictive.internal.LogOdds;
import java.util.Locale;

/**
 * What the model looks at: signals brought to a common scale by fixed transforms (logarithms of
 * ratios, shares), clipped, and 0 where all is well or nothing is known. Two of them compare with
 * the past minutes and keep a mean each. Constant memory, no allocation. Not thread-safe.
 */
final class OnlineFeatures {
  static final int USUAL = 0;
  static final int DOUBT = 1;
  static final int LATENCY = 2;
  static final int LATENCY_TREND = 3;
  static final int SCATTER = 4;
  static final int OVERDUE = 5;
  static final int CROWD = 6;
  static final int ARRIVALS = 7;
  static final int SUSPICION = 8;
  static final int TIMEOUTS = 9;
  static final int REFUSALS = 10;
  static final int SLOW = 11;
  static final int SILENCE = 12;
  static final int IN_A_ROW = 13;
  static final int SIZE = 14;

  private static final double SURE = 4;
  private static final double LATENCY_MEMORY_SECONDS = 10;
  private static final double ARRIVALS_MEMORY_SECONDS = 60;
  private static final double UNUSUAL_ARRIVALS = Math.log(1.25);
  private static final double UNUSUAL_CROWD = Math.log(2);
  private static final double UNUSUAL_REFUSALS = .05;
  private static final long LOAD_NANOS = 5_000_000_000L;

  private static final String[] NAMES = {
    "usual",
    "default_doubt",
    "latency_ratio",
    "latency_trend",
    "latency_scatter",
    "overdue",
    "in_flight_ratio",
    "arrival_ratio",
    "failure_change",
    "timeout_share",
    "rejected_share",
    "slow_share",
    "silence",
    "failures_in_a_row"
  };

  private static final String[] WORDS = {
    "the usual error of the default model",
    "how the default model errs at log odds of %.1f",
    "latency %.1fx healthy",
    "latency %.1fx that of the last ten seconds",
    "the logarithm of latency is scattered by %.1f more than usual",
    "%.0f calls overdue",
    "%.1fx the calls in flight that healthy latency explains",
    "%.1fx the calls per second of the last minute",
    "probability %.2f that failures have risen",
    "%.2f of recent calls timed out",
    "%.2f of recent calls refused by the dependency",
    "%.2f of recent calls slow",
    "%.1f calls' time since the last success",
    "%.0f failures in a row"
  };

  private final double[] values = new double[SIZE];
  private boolean started;
  private boolean loaded;
  private long lastLoad;
  private long lastNanos;
  private double usualLogLatency = Double.NaN;
  private double usualLogRate = Double.NaN;

  static String name(int feature) {
    return NAMES[feature];
  }

  /** The words for a feature's value as {@link #quantity} gives it. */
  static String words(int feature, double quantity) {
    return String.format(Locale.ROOT, WORDS[feature], quantity);
  }

  /** What a feature stands for, in the unit that its words speak of. */
  static double quantity(int feature, double x) {
    return switch (feature) {
      case DOUBT -> SURE * (1 - x);
      case LATENCY, LATENCY_TREND, CROWD, ARRIVALS -> Math.exp(x);
      case OVERDUE, SILENCE, IN_A_ROW -> Math.expm1(2 * x);
      default -> x;
    };
  }

  /** The latest values; the array is this object's own and changes with the next update. */
  double[] values() {
    return values;
  }

  /**
   * Takes signals.
   *
   * @param defaultLogOdds of success, by the default model
   */
  void update(Signals signals, double defaultLogOdds) {
    double seconds = started ? Math.max(0, (signals.nanoTime() - lastNanos) * 1e-9) : 0;
    if (!started || signals.nanoTime() - lastNanos > 0) {
      lastNanos = signals.nanoTime();
      started = true;
    }
    double latency = Math.log(signals.value(Signal.LATENCY_FAST));
    double healthy = Math.log(signals.value(Signal.LATENCY_BASELINE));
    double rate = signals.value(Signal.ARRIVAL_RATE);
    double logRate = Math.log(rate);
    values[USUAL] = 1;
    values[DOUBT] = known(1 - defaultLogOdds / SURE, 0, 2);
    values[LATENCY] = known(latency - healthy, -1, 3);
    values[LATENCY_TREND] = known(latency - usualLogLatency, -2, 2);
    values[SCATTER] =
        known(
            signals.value(Signal.LATENCY_LOG_SPREAD_FAST)
                - signals.value(Signal.LATENCY_LOG_SPREAD),
            -1,
            1);
    values[OVERDUE] = count(signals.value(Signal.OVERDUE));
    double explained = rate * signals.value(Signal.LATENCY_BASELINE);
    values[CROWD] = known(Math.log((1 + signals.value(Signal.IN_FLIGHT)) / (1 + explained)), -1, 3);
    values[ARRIVALS] = known(logRate - usualLogRate, -2, 2);
    values[SUSPICION] =
        known(LogOdds.probability(signals.value(Signal.FAILURE_CHANGE_LOG_ODDS)), 0, 1);
    values[TIMEOUTS] = known(signals.value(Signal.TIMEOUT_SHARE), 0, 1);
    values[REFUSALS] = known(signals.value(Signal.REJECTED_SHARE), 0, 1);
    values[SLOW] = known(signals.value(Signal.SLOW_SHARE), 0, 1);
    values[SILENCE] = count(rate * signals.value(Signal.TIME_SINCE_SUCCESS));
    values[IN_A_ROW] = count(signals.value(Signal.CONSECUTIVE_FAILURES));
    noteLoad();
    usualLogLatency = toward(usualLogLatency, latency, seconds / LATENCY_MEMORY_SECONDS);
    usualLogRate = toward(usualLogRate, logRate, seconds / ARRIVALS_MEMORY_SECONDS);
  }

  private void noteLoad() {
    double unexplained = values[CROWD] - Math.max(0, values[LATENCY]);
    if (values[ARRIVALS] > UNUSUAL_ARRIVALS
        || values[REFUSALS] > UNUSUAL_REFUSALS
        || unexplained > UNUSUAL_CROWD) {
      loaded = true;
      lastLoad = lastNanos;
    } else if (loaded && lastNanos - lastLoad > LOAD_NANOS) {
      loaded = false;
    }
  }

  /**
   * Whether load shows, or did in the last five seconds: more calls arrive than usual, more are in
   * flight than latency explains, or the dependency refuses some. Failures that load causes end
   * when there is less of it, whatever a gate thinks of the single call.
   */
  boolean isLoaded() {
    return loaded;
  }

  private static double toward(double mean, double value, double share) {
    if (!(Math.abs(value) < Double.POSITIVE_INFINITY)) {
      return mean;
    }
    return Double.isNaN(mean) ? value : mean + Math.min(1, share) * (value - mean);
  }

  private static double count(double calls) {
    return known(Math.log1p(Math.max(0, calls)) / 2, 0, 2);
  }

  private static double known(double value, double least, double most) {
    return Double.isNaN(value) ? 0 : Math.min(most, Math.max(least, value));
  }
}
