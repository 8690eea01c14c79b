package io.foreguard.benchmarks.lab.peers;

import java.util.List;

/**
 * The parameters of the combination of the usual parts that a search tunes. Immutable.
 *
 * @param failureRatio share of failed or slow calls at which the breaker opens
 * @param byCount 1 when it is taken over the last calls, 0 when over the last seconds
 * @param windowCalls how many, if so
 * @param windowSeconds how many, if not
 * @param minimumCalls in the window before it may open
 * @param waitSeconds until it is half open
 * @param halfOpenCalls that decide whether it closes
 * @param slowShareOfDeadline after which a call is slow; 1 leaves only timeouts
 * @param failuresInARow after which a replica is ejected
 * @param ejectionSeconds for which it is, times how often it was
 * @param mostEjected share of the replicas
 * @param tolerance of the Gradient2 limit
 * @param queue of the Gradient2 limit
 * @param leastLimit of the Gradient2 limit
 * @param mostLimit of the Gradient2 limit
 * @param retryShare of requests that may be retries
 * @param retriesPerSecond that are always allowed
 */
public record CombinationParameters(
    double failureRatio,
    double byCount,
    double windowCalls,
    double windowSeconds,
    double minimumCalls,
    double waitSeconds,
    double halfOpenCalls,
    double slowShareOfDeadline,
    double failuresInARow,
    double ejectionSeconds,
    double mostEjected,
    double tolerance,
    double queue,
    double leastLimit,
    double mostLimit,
    double retryShare,
    double retriesPerSecond) {

  /** What the search varies, in the order of the components. */
  public static final List<Range> RANGES =
      List.of(
          new Range("failureRatio", .1, .95, false, false),
          new Range("byCount", 0, 1, false, true),
          new Range("windowCalls", 3, 100, true, true),
          new Range("windowSeconds", .5, 60, true, false),
          new Range("minimumCalls", 3, 100, true, true),
          new Range("waitSeconds", .05, 30, true, false),
          new Range("halfOpenCalls", 1, 20, true, true),
          new Range("slowShareOfDeadline", .1, 1, false, false),
          new Range("failuresInARow", 2, 20, true, true),
          new Range("ejectionSeconds", .1, 60, true, false),
          new Range("mostEjected", .1, 1, false, false),
          new Range("tolerance", 1, 4, true, false),
          new Range("queue", 1, 20, true, true),
          new Range("leastLimit", 1, 40, true, true),
          new Range("mostLimit", 8, 1_000, true, true),
          new Range("retryShare", .01, .5, true, false),
          new Range("retriesPerSecond", .05, 10, true, false));

  /** What a careful team might start from without a search. */
  public static CombinationParameters untuned() {
    return new CombinationParameters(
        .5, 0, 10, 10, 10, 5, 5, .5, 5, 30, .5, 1.5, 4, 20, 200, .2, 1);
  }

  /** The parameters in the order of {@link #RANGES}. */
  public static CombinationParameters of(double[] v) {
    return new CombinationParameters(
        v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10], v[11], v[12], v[13],
        v[14], v[15], v[16]);
  }

  /** The parameters in the order of {@link #RANGES}. */
  public double[] toArray() {
    return new double[] {
      failureRatio,
      byCount,
      windowCalls,
      windowSeconds,
      minimumCalls,
      waitSeconds,
      halfOpenCalls,
      slowShareOfDeadline,
      failuresInARow,
      ejectionSeconds,
      mostEjected,
      tolerance,
      queue,
      leastLimit,
      mostLimit,
      retryShare,
      retriesPerSecond
    };
  }

  /**
   * Values that a parameter may have.
   *
   * @param name of the component
   * @param least inclusive
   * @param most inclusive
   * @param logarithmic whether factors count, not differences
   * @param whole whether it is a whole number
   */
  public record Range(String name, double least, double most, boolean logarithmic, boolean whole) {
    /** The value at a place between 0 and 1. */
    public double at(double place) {
      double value =
          logarithmic ? least * Math.pow(most / least, place) : least + (most - least) * place;
      return whole ? Math.rint(value) : value;
    }

    /** Whether there are only two values. */
    public boolean isSwitch() {
      return whole && most - least == 1;
    }

    /** Where between 0 and 1 a value lies. */
    public double placeOf(double value) {
      return logarithmic
          ? Math.log(value / least) / Math.log(most / least)
          : (value - least) / (most - least);
    }
  }
}
