package io.foreguard.guard;

/** A part of a guard's pipeline that can be put in another order. */
public enum Layer {
  /** Tries again after failures. */
  RETRY,
  /** Starts a second attempt beside one that takes long. */
  HEDGE,
  /** Refuses calls that are not worth sending. */
  CIRCUIT_BREAKER,
  /** Bounds the calls in flight. */
  BULKHEAD,
  /** Bounds the time of one attempt. */
  TIMEOUT
}
