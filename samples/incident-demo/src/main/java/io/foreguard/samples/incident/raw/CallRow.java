package io.foreguard.samples.incident.raw;

import org.jspecify.annotations.Nullable;

/**
 * One inbound call. Immutable.
 *
 * @param callId the id of the call, sent along as {@code X-Request-Id}; the same call has the same
 *     id in every lane
 * @param scheduledMs when the call was due, in milliseconds since the lane started
 * @param sentMs when the request was handed to the HTTP client, in milliseconds since the lane
 *     started
 * @param latencyMs from the moment the call was due until it was answered or given up, in
 *     milliseconds
 * @param httpStatus status of the answer, 0 when there was none
 * @param source {@code fresh}, {@code stale}, {@code default}, or empty without an answer
 * @param ageSeconds age of a stale answer in seconds, NaN when the answer has none
 * @param decision {@code sent}, {@code probe} or {@code rejected}, by the guards of both services
 *     together
 * @param pointsDecision the decision of loyalty-lookup's own guard, empty when it was not asked or
 *     did not say
 * @param wouldSucceed for a rejected call, what the points engine said would have become of it;
 *     null otherwise
 * @param phase the phase in which the call was due
 */
public record CallRow(
    String callId,
    double scheduledMs,
    double sentMs,
    double latencyMs,
    int httpStatus,
    String source,
    double ageSeconds,
    String decision,
    String pointsDecision,
    @Nullable Boolean wouldSucceed,
    Role phase) {

  /** Returns whether a guard, in either service, refused to send the call on. */
  public boolean rejected() {
    return decision.equals("rejected") || pointsDecision.equals("rejected");
  }

  /**
   * Returns whether the call was answered with status 200 within the deadline, the deadline
   * included.
   */
  public boolean inTime(double deadlineMs) {
    return httpStatus == 200 && latencyMs <= deadlineMs;
  }
}
