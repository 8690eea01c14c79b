package io.foreguard.circuitbreaker;

/**
 * How estimate, costs and history become the share of calls that is admitted. Immutable; one policy
 * may serve many breakers.
 */
public sealed interface TripPolicy permits PredictivePolicy, ClassicPolicy {
  /** Name of the policy in events, metrics and explanations. */
  String name();

  /** The default: admits a call when its success probability makes it worth its expected cost. */
  static PredictivePolicy predictive() {
    return PredictivePolicy.builder().build();
  }

  /** Fixed thresholds on a sliding window, with a fixed wait and a fixed number of probes. */
  static ClassicPolicy classic() {
    return ClassicPolicy.builder().build();
  }
}
