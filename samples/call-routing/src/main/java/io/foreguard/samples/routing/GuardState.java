package io.foreguard.samples.routing;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.Explanation;
import io.foreguard.estimation.Estimate;
import org.jspecify.annotations.Nullable;

/**
 * A protection at one moment.
 *
 * @param state the name of the state, as the protection calls it
 * @param share the fraction of calls admitted, 0 to 1
 * @param probability the estimated probability that a call succeeds; null when the protection makes
 *     no such estimate
 * @param lower the lower end of the estimate's interval
 * @param upper the upper end of the estimate's interval
 * @param threshold the probability below which a call is not worth sending
 */
record GuardState(
    String protection,
    String state,
    double share,
    @Nullable Double probability,
    @Nullable Double lower,
    @Nullable Double upper,
    @Nullable Double threshold,
    long admitted,
    long probes,
    long rejected) {

  static GuardState withoutEstimate(
      String protection, String state, double share, CallCounts counts) {
    return new GuardState(
        protection,
        state,
        share,
        null,
        null,
        null,
        null,
        counts.admitted(),
        counts.probes(),
        counts.rejected());
  }

  static GuardState of(CircuitBreaker breaker, CallCounts counts) {
    Explanation now = breaker.explain();
    Estimate estimate = now.estimate();
    return new GuardState(
        "foreguard",
        breaker.state().name(),
        breaker.admissionShare(),
        orNull(estimate.probability()),
        orNull(estimate.lower()),
        orNull(estimate.upper()),
        orNull(now.threshold()),
        counts.admitted(),
        counts.probes(),
        counts.rejected());
  }

  /** NaN stands for an estimate that the model declined to make; JSON has no such number. */
  private static @Nullable Double orNull(double value) {
    return Double.isNaN(value) ? null : value;
  }
}
