package io.foreguard.circuitbreaker;

/** A circuit that is about to recover: probes, and what follows from them. */
public class OpenCircuitBreakerLincheck extends BreakerOperations {
  /** Starts with an open circuit whose wait is over. */
  public OpenCircuitBreakerLincheck() {
    super(true);
  }
}
