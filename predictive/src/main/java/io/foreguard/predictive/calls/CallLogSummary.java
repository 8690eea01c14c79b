package io.foreguard.predictive.calls;

import java.util.Locale;

/**
 * What reading a log came upon. Immutable.
 *
 * @param rows rows in the log
 * @param calls calls that were taken
 * @param skipped rows passed over because a value was missing or impossible
 * @param firstSkipped where and why the first of them was; empty if none
 * @param duplicates rows equal to an earlier one
 * @param reordered rows that start before an earlier one: put into order
 * @param largestStepBackNanos how far back the farthest of these went, in nanoseconds
 * @param truncated whether the log ended in the middle of a row, which was passed over
 */
public record CallLogSummary(
    long rows,
    long calls,
    long skipped,
    String firstSkipped,
    long duplicates,
    long reordered,
    long largestStepBackNanos,
    boolean truncated) {

  /** The summary in one line of words. */
  public String words() {
    StringBuilder words = new StringBuilder();
    words.append(calls).append(" calls from ").append(rows).append(" rows");
    if (skipped > 0) {
      words.append("; ").append(skipped).append(" passed over, first: ").append(firstSkipped);
    }
    if (duplicates > 0) {
      words.append("; ").append(duplicates).append(" duplicates");
    }
    if (reordered > 0) {
      words.append("; ").append(reordered).append(" put into order, up to ");
      words.append(String.format(Locale.ROOT, "%.3f s back", largestStepBackNanos / 1e9));
    }
    if (truncated) {
      words.append("; the last row is cut off and was passed over");
    }
    return words.toString();
  }
}
