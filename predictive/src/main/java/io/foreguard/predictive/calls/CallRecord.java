package io.foreguard.predictive.calls;

import io.foreguard.evidence.Outcome;
import io.foreguard.internal.Require;
import java.util.Objects;

/**
 * One call in a log, or one refusal to make it. Immutable. Payloads are never part of it.
 *
 * @param dependency name of what was called, or of the edge between caller and callee
 * @param key which of its keys (replica, tenant, operation), empty if none
 * @param startNanos when the call was to start, in nanoseconds since 1970-01-01 UTC or another
 *     origin that the whole log shares
 * @param durationNanos how long it took, at least 0; 0 for a call that was refused
 * @param outcome how it ended; {@link Outcome#IGNORED} for a call that was refused
 * @param admission whether and how it was admitted
 * @param propensity probability with which it was admitted, in {@code (0, 1]}; 1 where everything
 *     was admitted
 * @param estimate P(success) as estimated at admission, in {@code [0, 1]}, or NaN if not recorded
 * @param sampling probability with which a call that ended like this one was written into the log,
 *     in {@code (0, 1]}; 1 where all were
 */
public record CallRecord(
    String dependency,
    String key,
    long startNanos,
    long durationNanos,
    Outcome outcome,
    Admission admission,
    double propensity,
    double estimate,
    double sampling) {

  /** Checks the ranges. */
  public CallRecord {
    Require.name(dependency, "dependency");
    Objects.requireNonNull(key, "key");
    Require.that(durationNanos >= 0, "durationNanos", "zero or more", durationNanos);
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(admission, "admission");
    Require.ratio(propensity, "propensity");
    boolean probability = Double.isNaN(estimate) || (estimate >= 0 && estimate <= 1);
    Require.that(probability, "estimate", "in [0, 1] or NaN", estimate);
    Require.ratio(sampling, "sampling");
  }

  /** A call of a log that holds every call. */
  public CallRecord(
      String dependency,
      String key,
      long startNanos,
      long durationNanos,
      Outcome outcome,
      Admission admission,
      double propensity,
      double estimate) {
    this(dependency, key, startNanos, durationNanos, outcome, admission, propensity, estimate, 1);
  }

  /** A call that was admitted by nobody's leave, as in a log from before there was a breaker. */
  public static CallRecord of(
      String dependency, long startNanos, long durationNanos, Outcome outcome) {
    return of(dependency, "", startNanos, durationNanos, outcome);
  }

  /** A call with a key that was admitted by nobody's leave. */
  public static CallRecord of(
      String dependency, String key, long startNanos, long durationNanos, Outcome outcome) {
    return new CallRecord(
        dependency, key, startNanos, durationNanos, outcome, Admission.ADMITTED, 1, Double.NaN);
  }

  /** The same call, but for how it ended. */
  public CallRecord withOutcome(Outcome other) {
    return new CallRecord(
        dependency,
        key,
        startNanos,
        durationNanos,
        other,
        admission,
        propensity,
        estimate,
        sampling);
  }

  /** Whether the call was made. */
  public boolean wasMade() {
    return admission != Admission.REJECTED;
  }

  /** When the call ended, on the scale of {@link #startNanos}. */
  public long endNanos() {
    return startNanos + durationNanos;
  }

  /** What became of a call on arrival. */
  public enum Admission {
    /** Made. */
    ADMITTED,
    /** Made as a probe of an open or recovering circuit. */
    PROBE,
    /** Made, but a breaker in shadow mode would have refused it. */
    SHADOW_REJECTED,
    /** Refused: nothing is known of what would have become of it. */
    REJECTED
  }
}
