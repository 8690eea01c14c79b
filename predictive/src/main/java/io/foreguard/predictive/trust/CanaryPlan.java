package io.foreguard.predictive.trust;

import io.foreguard.internal.Require;
import java.time.Duration;

/**
 * Where and when a trusted model may act. Immutable, thread-safe.
 *
 * <p>One estimate serves all calls of a breaker, so the share is not one of calls. It is one of
 * breakers, over a fleet or over the keys of a dependency ({@link #ofBreakers}), or one of time
 * ({@link #ofTime}), which lets a model be compared with none on the same dependency and judged on
 * traffic that it has not itself selected.
 */
public final class CanaryPlan {
  private static final CanaryPlan EVERYTHING = new CanaryPlan(1, 0, 0);
  private static final double UNIT = 0x1p-53;

  private final double share;
  private final long sliceNanos;
  private final long salt;

  private CanaryPlan(double share, long sliceNanos, long salt) {
    this.share = share;
    this.sliceNanos = sliceNanos;
    this.salt = salt;
  }

  /** The model acts always. */
  public static CanaryPlan everything() {
    return EVERYTHING;
  }

  /**
   * The model acts in {@code share} of all breakers, always the same ones.
   *
   * @param share in {@code (0, 1]}
   * @param identity what tells this breaker from others, such as host and name
   */
  public static CanaryPlan ofBreakers(double share, String identity) {
    Require.ratio(share, "share");
    return new CanaryPlan(share, 0, hash(Require.name(identity, "identity")));
  }

  /**
   * The model acts in {@code share} of slices of time, drawn at random.
   *
   * @param share in {@code (0, 1]}
   * @param slice length of a slice, from 1 second to 1 day: much longer than a call, so that one
   *     slice's decisions hardly reach into the next; a minute is a good choice
   * @param identity what tells this breaker from others: they draw other slices
   */
  public static CanaryPlan ofTime(double share, Duration slice, String identity) {
    Require.ratio(share, "share");
    Require.positive(slice, "slice");
    Require.that(
        slice.compareTo(Duration.ofSeconds(1)) >= 0 && slice.compareTo(Duration.ofDays(1)) <= 0,
        "slice",
        "from 1 s to 1 day",
        slice);
    return new CanaryPlan(share, slice.toNanos(), hash(Require.name(identity, "identity")));
  }

  /** Whether the model may act at {@code nanoTime}. */
  public boolean acts(long nanoTime) {
    return share >= 1 || (mix(slice(nanoTime) + salt) >>> 11) * UNIT < share;
  }

  /** Number of the slice of time that {@code nanoTime} is in; 0 where time does not matter. */
  long slice(long nanoTime) {
    return sliceNanos == 0 ? 0 : Math.floorDiv(nanoTime, sliceNanos);
  }

  /** Whether it varies with time, so that there are two arms to compare. */
  boolean isOfTime() {
    return sliceNanos != 0 && share < 1;
  }

  private static long hash(String text) {
    long hash = 0;
    for (int i = 0; i < text.length(); i++) {
      hash = mix(hash + text.charAt(i) + 1);
    }
    return hash;
  }

  /** The finalizer of SplitMix64 (Steele, Lea, Flood, 2014). */
  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  @Override
  public String toString() {
    return "CanaryPlan{share=" + share + ", slice=" + Duration.ofNanos(sliceNanos) + "}";
  }
}
