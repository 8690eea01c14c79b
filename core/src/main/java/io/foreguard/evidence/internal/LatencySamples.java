package io.foreguard.evidence.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts of latency buckets that many threads add to and one takes. Most breakers of many have few
 * calls between two looks: for them four words will do, each with a bucket + 1 and its count; the
 * others have a word per bucket. Functions over either array; thread-safe.
 */
final class LatencySamples {
  private static final int FEW = 4;
  private static final int BUCKET_SHIFT = 24;
  private static final int COUNT_MASK = (1 << BUCKET_SHIFT) - 1;
  private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);

  private LatencySamples() {}

  static int[] few() {
    return new int[FEW];
  }

  static int[] histogram() {
    return new int[LatencyBuckets.COUNT];
  }

  static void add(int[] histogram, int bucket, int weight) {
    int unused = (int) INTS.getAndAdd(histogram, bucket, weight);
  }

  /**
   * Adds one to the few.
   *
   * @return how many words are in use as far as this was seen; -1 when the sample found none
   */
  static int addToFew(int[] few, int bucket) {
    for (int i = 0; i < few.length; i++) {
      int word = (int) INTS.getOpaque(few, i);
      while (word == 0 || word >>> BUCKET_SHIFT == bucket + 1) {
        if ((word & COUNT_MASK) == COUNT_MASK) {
          return -1;
        }
        int next = word == 0 ? ((bucket + 1) << BUCKET_SHIFT) + 1 : word + 1;
        int seen = (int) INTS.compareAndExchange(few, i, word, next);
        if (seen == word) {
          return i + 1;
        }
        word = seen;
      }
    }
    return -1;
  }

  /** Whether one that {@link #addToFew} put last leaves no room for another bucket. */
  static boolean isLast(int used) {
    return used == FEW;
  }

  static int take(int[] histogram, int bucket) {
    return (int) INTS.getOpaque(histogram, bucket) == 0
        ? 0
        : (int) INTS.getAndSet(histogram, bucket, 0);
  }

  static int takeFromFew(int[] few, int bucket) {
    int taken = 0;
    for (int i = 0; i < few.length; i++) {
      int word = (int) INTS.getOpaque(few, i);
      while (word >>> BUCKET_SHIFT == bucket + 1) {
        int seen = (int) INTS.compareAndExchange(few, i, word, 0);
        if (seen == word) {
          taken += word & COUNT_MASK;
          break;
        }
        word = seen;
      }
    }
    return taken;
  }

  /** The first bucket from {@code from} on that the few have something of. */
  static int firstOfFew(int[] few, int from) {
    int first = LatencyBuckets.COUNT;
    for (int i = 0; i < few.length; i++) {
      int bucket = ((int) INTS.getOpaque(few, i) >>> BUCKET_SHIFT) - 1;
      first = bucket >= from && bucket < first ? bucket : first;
    }
    return first;
  }
}
