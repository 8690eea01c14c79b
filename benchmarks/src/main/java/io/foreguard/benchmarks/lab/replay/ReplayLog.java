package io.foreguard.benchmarks.lab.replay;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.evidence.Outcome;
import io.foreguard.predictive.calls.CallRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The calls to one dependency in the order of their starts, in columns: 19 bytes a call. Times are
 * nanoseconds since the first start. Immutable.
 */
final class ReplayLog {
  private static final Outcome[] OUTCOMES = Outcome.values();

  private final String dependency;
  private final long originNanos;
  private final long[] starts;
  private final long[] durations;
  private final byte[] outcomes;
  private final boolean[] made;
  private final short[] keys;
  private final List<String> keyNames;

  private ReplayLog(Builder builder) {
    dependency = builder.dependency;
    int size = builder.size;
    int[] order = builder.order();
    starts = new long[size];
    durations = new long[size];
    outcomes = new byte[size];
    made = new boolean[size];
    keys = new short[size];
    originNanos = size == 0 ? 0 : builder.starts[order[0]];
    for (int i = 0; i < size; i++) {
      int from = order[i];
      starts[i] = builder.starts[from] - originNanos;
      durations[i] = builder.durations[from];
      outcomes[i] = builder.outcomes[from];
      made[i] = builder.made[from];
      keys[i] = builder.keys[from];
    }
    keyNames = List.copyOf(builder.keyNames);
  }

  String dependency() {
    return dependency;
  }

  int size() {
    return starts.length;
  }

  /** When the first call started, on the scale of the log. */
  long originNanos() {
    return originNanos;
  }

  /** Start of a call. */
  long start(int call) {
    return starts[call];
  }

  /** How long a call took that was made. */
  long duration(int call) {
    return durations[call];
  }

  Outcome outcome(int call) {
    return OUTCOMES[outcomes[call]];
  }

  /** Whether the call was made, so that something is known of its fate. */
  boolean wasMade(int call) {
    return made[call];
  }

  /** Whether the call says something about the dependency's health. */
  boolean isEvidence(int call) {
    return made[call] && OUTCOMES[outcomes[call]].isEvidence();
  }

  boolean failed(int call) {
    return made[call] && OUTCOMES[outcomes[call]].isFailure();
  }

  boolean succeeded(int call) {
    return made[call] && OUTCOMES[outcomes[call]].isSuccess();
  }

  /** Index of a call's key in {@link #keyNames}. */
  int key(int call) {
    return keys[call];
  }

  /** Names of the keys; at least one, and empty where a call has none. */
  List<String> keyNames() {
    return keyNames;
  }

  /** From the first start to the last. */
  long lengthNanos() {
    return starts.length == 0 ? 0 : starts[starts.length - 1];
  }

  /** Index of the first call that starts at {@code nanos} or later; the size if none does. */
  int firstFrom(long nanos) {
    int low = 0;
    int high = starts.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (starts[middle] < nanos) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** How many calls were not made. */
  long refused() {
    long count = 0;
    for (boolean wasMade : made) {
      count += wasMade ? 0 : 1;
    }
    return count;
  }

  /** Collects the calls to one dependency. Not thread-safe. */
  static final class Builder {
    /** More keys than this are told from each other no more: the rest share one. */
    private static final int MOST_KEYS = 10_000;

    private final String dependency;
    private long[] starts = new long[1024];
    private long[] durations = new long[1024];
    private byte[] outcomes = new byte[1024];
    private boolean[] made = new boolean[1024];
    private short[] keys = new short[1024];
    private final List<String> keyNames = new ArrayList<>();
    private final Map<String, Short> keyIndexes = new HashMap<>();
    private int size;
    private int troubles;
    private long outOfOrder;

    Builder(String dependency) {
      this.dependency = dependency;
    }

    String dependency() {
      return dependency;
    }

    int size() {
      return size;
    }

    /** Calls that failed or were refused. */
    int troubles() {
      return troubles;
    }

    @CanIgnoreReturnValue
    Builder add(CallRecord call) {
      if (size == starts.length) {
        grow();
      }
      starts[size] = call.startNanos();
      durations[size] = call.durationNanos();
      outcomes[size] = (byte) call.outcome().ordinal();
      made[size] = call.wasMade();
      keys[size] = keyIndex(call.key());
      outOfOrder += size > 0 && starts[size] < starts[size - 1] ? 1 : 0;
      troubles += !call.wasMade() || call.outcome().isFailure() ? 1 : 0;
      size++;
      return this;
    }

    ReplayLog build() {
      return new ReplayLog(this);
    }

    private short keyIndex(String key) {
      Short known = keyIndexes.get(key);
      if (known == null) {
        if (keyNames.size() == MOST_KEYS) {
          return 0;
        }
        known = (short) keyNames.size();
        keyIndexes.put(key, known);
        keyNames.add(key);
      }
      return known;
    }

    private void grow() {
      int length = 2 * size;
      starts = Arrays.copyOf(starts, length);
      durations = Arrays.copyOf(durations, length);
      outcomes = Arrays.copyOf(outcomes, length);
      made = Arrays.copyOf(made, length);
      keys = Arrays.copyOf(keys, length);
    }

    /** Places by start; those of one start as they came. */
    private int[] order() {
      int[] order = new int[size];
      Arrays.setAll(order, i -> i);
      if (outOfOrder == 0) {
        return order;
      }
      Integer[] boxed = new Integer[size];
      Arrays.setAll(boxed, i -> i);
      Arrays.sort(boxed, (a, b) -> Long.compare(starts[a], starts[b]));
      Arrays.setAll(order, i -> boxed[i]);
      return order;
    }
  }
}
