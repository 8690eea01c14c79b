package io.foreguard.predictive.training;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import io.foreguard.predictive.calls.CallDeadlines;
import io.foreguard.predictive.calls.CallRecord;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;

/**
 * Makes rows to train on from a log of calls: replays it in virtual time through real circuit
 * breakers in shadow mode, one per dependency, and writes down the features of each call as they
 * were when it started, beside how it ended.
 *
 * <p>Nothing is known early: at the start of a call, only calls that had ended by then have been
 * heard of; others count as in flight. Where the log pauses, everything is forgotten and a new
 * group begins, so that rows of one group can be kept together. A group that lasts long ends at a
 * quiet moment, half a minute after the last failure, without anything being forgotten.
 *
 * <p>What says nothing of the dependency has no row: caller faults and ignored calls. Refused calls
 * count as arrivals, and have none. The weight of a row is one divided by the probability with
 * which the call was admitted and written. A call that stands for others, because successes were
 * sampled, is heard of as often as it stands for.
 *
 * <p>Dependencies named {@code caller->callee} lean on those whose caller is their callee, and are
 * surrounded by those of the same caller; of other names nothing is leant on unless it is told, and
 * all others surround. Immutable.
 */
public final class CallRows {
  private static final Duration DEFAULT_GAP = Duration.ofSeconds(60);
  private static final int INTERVALS_IN_GAP = 100;

  private final CallDeadlines deadlines;
  private final Duration gap;
  private final Duration longestGroup;
  private final boolean keys;
  private final Map<String, List<String>> leansOn;
  private final IntConsumer progress;

  private CallRows(Builder builder) {
    deadlines = builder.deadlines;
    gap = builder.gap;
    longestGroup = builder.longestGroup;
    keys = builder.keys;
    leansOn = builder.leansOn;
    progress = builder.progress;
  }

  /** Starts building. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The rows of {@code calls}, in order of the calls' start. Takes about 30 microseconds and 0.6 kB
   * a call.
   */
  public LabelledRows rows(List<CallRecord> calls) {
    List<CallRecord> sorted = sorted(calls);
    return new CallReplay(this, sorted, gapNanos(sorted)).run();
  }

  CallDeadlines deadlines() {
    return deadlines;
  }

  long longestGroupNanos() {
    return longestGroup.toNanos();
  }

  boolean keys() {
    return keys;
  }

  Map<String, List<String>> leansOn() {
    return leansOn;
  }

  IntConsumer progress() {
    return progress;
  }

  private static List<CallRecord> sorted(List<CallRecord> calls) {
    for (int i = 1; i < calls.size(); i++) {
      if (calls.get(i).startNanos() < calls.get(i - 1).startNanos()) {
        return calls.stream().sorted(Comparator.comparingLong(CallRecord::startNanos)).toList();
      }
    }
    return calls;
  }

  private long gapNanos(List<CallRecord> sorted) {
    if (!gap.isZero()) {
      return gap.toNanos();
    }
    long[] intervals = new long[Math.max(0, sorted.size() - 1)];
    for (int i = 0; i < intervals.length; i++) {
      intervals[i] = sorted.get(i + 1).startNanos() - sorted.get(i).startNanos();
    }
    Arrays.sort(intervals);
    long usual = intervals.length == 0 ? 0 : intervals[intervals.length / 2];
    boolean rare = usual > DEFAULT_GAP.toNanos() / INTERVALS_IN_GAP;
    return rare
        ? Math.multiplyExact(INTERVALS_IN_GAP, Math.min(usual, 1L << 50))
        : DEFAULT_GAP.toNanos();
  }

  /** Settings of a replay. Not thread-safe. */
  public static final class Builder {
    private CallDeadlines deadlines = CallDeadlines.none();
    private Duration gap = Duration.ZERO;
    private Duration longestGroup = Duration.ofMinutes(10);
    private boolean keys;
    private Map<String, List<String>> leansOn = Map.of();
    private IntConsumer progress = percent -> {};

    private Builder() {}

    /** Sets when a success is too late and counts as a timeout. Default: never. */
    @CanIgnoreReturnValue
    public Builder deadlines(CallDeadlines value) {
      deadlines = Require.nonNull(value, "deadlines");
      return this;
    }

    /**
     * Sets how long the whole log must pause for everything to be forgotten. Default 60 seconds,
     * and a hundred times the usual time between two calls where that is more.
     */
    @CanIgnoreReturnValue
    public Builder gap(Duration value) {
      gap = Require.positive(value, "gap");
      return this;
    }

    /** Sets how long a group lasts before it ends at the next quiet moment. Default 10 minutes. */
    @CanIgnoreReturnValue
    public Builder longestGroup(Duration value) {
      longestGroup = Require.positive(value, "longestGroup");
      return this;
    }

    /**
     * Sets whether the key of the call to be made is known. Default false: a live breaker's model
     * is asked before it is.
     */
    @CanIgnoreReturnValue
    public Builder keys(boolean known) {
      keys = known;
      return this;
    }

    /** Sets what each dependency itself leans on, by their names in the log. */
    @CanIgnoreReturnValue
    public Builder leansOn(Map<String, List<String>> dependencies) {
      Map<String, List<String>> copy = new TreeMap<>();
      dependencies.forEach((name, others) -> copy.put(name, List.copyOf(others)));
      leansOn = Map.copyOf(copy);
      return this;
    }

    /** Sets who hears how far a replay is, in whole percent, each at most once. */
    @CanIgnoreReturnValue
    public Builder progress(IntConsumer percent) {
      progress = Require.nonNull(percent, "progress");
      return this;
    }

    /** Builds the maker of rows. */
    public CallRows build() {
      return new CallRows(this);
    }
  }
}
