package io.foreguard.circuitbreaker;

/** Why a breaker refused a call. */
public enum RejectionReason {
  /** Calls are not worth sending; only probes go out. */
  OPEN("the circuit is open"),
  /** The call fell outside the share that is admitted. */
  THROTTLED("the circuit admits only a share of the calls"),
  /** The dependency is recovering and takes no more calls at the same time yet. */
  RECOVERING("the circuit is recovering and its window is full"),
  /** As many calls are in flight as the dependency is seen to take. */
  OVERLOADED("as many calls are in flight as the dependency takes"),
  /** An operator has forced the breaker open. */
  FORCED_OPEN("the circuit was forced open");

  private final String words;

  RejectionReason(String words) {
    this.words = words;
  }

  /** The reason in words. */
  public String words() {
    return words;
  }

  /** Why a breaker in {@code state} refuses. */
  static RejectionReason in(State state) {
    return switch (state) {
      case THROTTLED -> THROTTLED;
      case HALF_OPEN -> RECOVERING;
      case CLOSED, OPEN -> OPEN;
    };
  }
}
