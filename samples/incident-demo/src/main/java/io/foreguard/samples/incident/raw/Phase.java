package io.foreguard.samples.incident.raw;

/**
 * One phase of the script as it was played in one lane. Immutable.
 *
 * @param role what the phase does
 * @param startMs when it was due to start, in milliseconds since the lane started, inclusive
 * @param endMs when it was due to end, in milliseconds since the lane started, exclusive
 * @param appliedMs when the points engine had confirmed the fault, in milliseconds since the lane
 *     started
 * @param fault the query that was sent to the points engine
 */
public record Phase(Role role, double startMs, double endMs, double appliedMs, String fault) {

  /** Returns whether a moment lies in the phase: the start belongs to it and the end does not. */
  public boolean contains(double ms) {
    return ms >= startMs && ms < endMs;
  }
}
