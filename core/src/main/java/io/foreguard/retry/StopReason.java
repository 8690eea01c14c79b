package io.foreguard.retry;

/** Why a call that failed in a way that may be repeated was given up with retry budget left. */
public enum StopReason {
  /** All attempts were made. */
  ATTEMPTS,
  /** The next attempt would have begun at or after the deadline. */
  DEADLINE,
  /** The dependency asked for a longer wait than the longest delay allowed. */
  RETRY_AFTER,
  /** A {@link RetryAdvisor} saw no use in another attempt. */
  ADVICE
}
