package io.foreguard.evidence.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Counts successful calls by latency, striped by thread, so that recording is one atomic addition
 * on a cache line that other threads rarely touch. A stripe comes into being when a thread first
 * needs it. Thread-safe; {@link #drain} must not run twice at the same time.
 */
public final class StripedLatencies {
  private static final int STRIPES =
      Integer.highestOneBit(
          Math.min(8, Math.max(1, Runtime.getRuntime().availableProcessors() * 2)));
  private static final int CALLS_BETWEEN_TICKS = 64;
  private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);
  private static final VarHandle STRIPE = MethodHandles.arrayElementVarHandle(int[][].class);

  private final int[] @Nullable [] stripes = new int[STRIPES] @Nullable [];

  /**
   * Counts one success.
   *
   * @return true now and then, when the counts should be drained
   */
  public boolean record(long durationNanos) {
    int[] stripe = stripe((int) Thread.currentThread().getId() & (STRIPES - 1));
    int before = (int) INTS.getAndAdd(stripe, LatencyBuckets.of(durationNanos), 1);
    return (before & (CALLS_BETWEEN_TICKS - 1)) == CALLS_BETWEEN_TICKS - 1;
  }

  /** Moves all counts into {@code counts}, which has one place per bucket; returns how many. */
  long drain(int[] counts) {
    long total = 0;
    for (int i = 0; i < STRIPES; i++) {
      int[] stripe = (int[]) STRIPE.getAcquire(stripes, i);
      for (int bucket = 0; stripe != null && bucket < LatencyBuckets.COUNT; bucket++) {
        if ((int) INTS.getOpaque(stripe, bucket) != 0) {
          int count = (int) INTS.getAndSet(stripe, bucket, 0);
          counts[bucket] += count;
          total += count;
        }
      }
    }
    return total;
  }

  private int[] stripe(int index) {
    int[] stripe = (int[]) STRIPE.getAcquire(stripes, index);
    if (stripe == null) {
      stripe = new int[LatencyBuckets.COUNT];
      if (!STRIPE.compareAndSet(stripes, index, null, stripe)) {
        stripe = (int[]) STRIPE.getAcquire(stripes, index);
      }
    }
    return stripe;
  }
}
