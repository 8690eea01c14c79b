package io.foreguard.benchmarks.lab.replay;

/** Finds the first moment from which a share of the decisions in a row is right. */
final class Agreement {
  private static final int MOST = 20;
  private static final int LEAST = 5;

  private final boolean[] recent;
  private final long[] times;
  private final double share;
  private int count;
  private int agreeing;
  private long reached = -1;

  /**
   * An agreement over 20 decisions in a row, or fewer where there are fewer, but at least 5.
   *
   * @param share of them that must be right
   */
  Agreement(double share, int decisions) {
    this.share = share;
    int size = Math.max(LEAST, Math.min(MOST, decisions));
    recent = new boolean[size];
    times = new long[size];
  }

  void note(boolean right, long now) {
    int place = count % recent.length;
    agreeing += (right ? 1 : 0) - (count >= recent.length && recent[place] ? 1 : 0);
    recent[place] = right;
    times[place] = now;
    count++;
    if (reached < 0 && count >= recent.length && agreeing >= share * recent.length) {
      reached = times[count % recent.length];
    }
  }

  /** Seconds from {@code start}; infinite if never, NaN if there were too few decisions. */
  double since(long start) {
    if (count < recent.length) {
      return Double.NaN;
    }
    return reached < 0 ? Double.POSITIVE_INFINITY : Math.max(0, (reached - start) / 1e9);
  }
}
