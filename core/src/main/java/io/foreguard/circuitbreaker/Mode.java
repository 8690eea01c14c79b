package io.foreguard.circuitbreaker;

/** What a breaker does with its decisions. */
public enum Mode {
  /** Decides and acts. The default. */
  ENFORCE,
  /** Decides and reports, but admits every call; counts what it would have rejected. */
  SHADOW,
  /** Admits every call and observes nothing. */
  DISABLED,
  /** Rejects every call until the mode changes. */
  FORCED_OPEN
}
