package io.foreguard.benchmarks.lab.peers;

import io.foreguard.evidence.Outcome;

/** What a peer takes an error for that the caller caused, for example HTTP 404. */
enum CallerFaults {
  /** For a failure, as a breaker does that was not told better: an exception is an exception. */
  FAILURES,
  /** For no evidence. */
  IGNORED,
  /** For a success: the dependency has answered. */
  SUCCESSES;

  boolean isFailure(Outcome outcome) {
    return outcome.isFailure() || (outcome == Outcome.CALLER_FAULT && this == FAILURES);
  }

  boolean isSuccess(Outcome outcome) {
    return outcome.isSuccess() || (outcome == Outcome.CALLER_FAULT && this == SUCCESSES);
  }
}
