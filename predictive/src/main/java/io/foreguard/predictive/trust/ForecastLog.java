package io.foreguard.predictive.trust;

import java.util.Arrays;

/**
 * Which forecasts were in force when: what a call is to be held against is what was said when it
 * started. Constant memory, no allocation. Not thread-safe.
 *
 * <p>Levels of 32 forecasts each, the first of all of them, each further one of at most one in four
 * times as many milliseconds, so that five minutes are remembered. A call is held against the
 * latest forecast before its start in the finest level that reaches back to it: that is out of date
 * by a few per cent of the call's own duration at most.
 */
final class ForecastLog {
  private static final int ENTRIES = 32;
  private static final int LEVELS = 7;
  private static final long FINEST_NANOS = 4_000_000L;

  private final long[] times = new long[LEVELS * ENTRIES];
  private final double[] first = new double[LEVELS * ENTRIES];
  private final double[] second = new double[LEVELS * ENTRIES];
  private final long[] added = new long[LEVELS];

  /** Enters what is in force from {@code nanoTime} on; NaN for an abstention. */
  void add(long nanoTime, double firstForecast, double secondForecast) {
    long spacing = 0;
    for (int level = 0; level < LEVELS; level++) {
      long last = added[level] - 1;
      if (last >= 0 && nanoTime - times[at(level, last)] < spacing) {
        return;
      }
      int place = at(level, added[level]++);
      times[place] = nanoTime;
      first[place] = firstForecast;
      second[place] = secondForecast;
      spacing = spacing == 0 ? FINEST_NANOS * 4 : spacing * 4;
    }
  }

  /** The place of what was in force at {@code nanoTime}; -1 if nothing was, or it is forgotten. */
  int find(long nanoTime) {
    for (int level = 0; level < LEVELS; level++) {
      long oldest = Math.max(0, added[level] - ENTRIES);
      if (oldest < added[level] && times[at(level, oldest)] - nanoTime <= 0) {
        return search(level, oldest, nanoTime);
      }
    }
    return -1;
  }

  private int search(int level, long oldest, long nanoTime) {
    long low = oldest;
    long high = added[level];
    while (high - low > 1) {
      long middle = (low + high) >>> 1;
      if (times[at(level, middle)] - nanoTime <= 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return at(level, low);
  }

  double first(int place) {
    return first[place];
  }

  double second(int place) {
    return second[place];
  }

  void clear() {
    Arrays.fill(added, 0);
  }

  private static int at(int level, long index) {
    return level * ENTRIES + (int) (index & (ENTRIES - 1));
  }
}
