package io.foreguard.circuitbreaker;

/** A circuit that may open. */
public class ClosedCircuitBreakerLincheck extends BreakerOperations {
  /** Starts with a closed circuit. */
  public ClosedCircuitBreakerLincheck() {
    super(false);
  }
}
