package io.foreguard.retry;

/**
 * How a delay is spread at random, so that callers that failed together do not come back together.
 *
 * <p>Every strategy draws <em>below</em> a ceiling to which the cap has already been applied.
 * Drawing first and cutting afterwards would make every delay that reaches the cap equal to it.
 */
public enum Jitter {
  /** No spread: the delay is the ceiling itself. Callers that failed together return together. */
  NONE,

  /** Uniform in {@code [0, ceiling]}: the widest spread and the least load on the dependency. */
  FULL,

  /** Uniform in {@code [ceiling / 2, ceiling]}: never shorter than half of the plain backoff. */
  EQUAL,

  /**
   * Uniform in {@code [base, min(cap, previous * (multiplier + 1))]}: the delay walks at random
   * between base and cap, and depends on the delay before it instead of the attempt's number.
   */
  DECORRELATED
}
