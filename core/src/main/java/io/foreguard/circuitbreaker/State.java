package io.foreguard.circuitbreaker;

/** Name of the admission share that a breaker has settled on. */
public enum State {
  /** Every call is admitted. */
  CLOSED,
  /** A share of the calls is admitted: whether sending is worth it is in doubt. */
  THROTTLED,
  /** Only probes are admitted. */
  OPEN,
  /** The dependency answers again; admission grows with the evidence. */
  HALF_OPEN
}
