package io.foreguard.evidence;

/** How a call ended, from the view of its caller. */
public enum Outcome {
  /** An answer in good time. */
  SUCCESS,
  /** An answer that took at least the configured slow-call duration. */
  SLOW_SUCCESS,
  /** An error that speaks of the dependency's health. */
  FAILURE,
  /** No answer within the deadline. */
  TIMEOUT,
  /** A refusal by the dependency because of load, for example HTTP 429 or 503. */
  REJECTED,
  /** An error that the caller caused, for example HTTP 400 or 404: says nothing about health. */
  CALLER_FAULT,
  /** Not evidence at all, for example a cancelled call. */
  IGNORED;

  /** Whether the call counts against the dependency's success rate. */
  public boolean isFailure() {
    return this == FAILURE || this == TIMEOUT || this == REJECTED;
  }

  /** Whether the call counts for the dependency's success rate. */
  public boolean isSuccess() {
    return this == SUCCESS || this == SLOW_SUCCESS;
  }

  /** Whether the outcome says anything about the dependency's health. */
  public boolean isEvidence() {
    return isSuccess() || isFailure();
  }
}
