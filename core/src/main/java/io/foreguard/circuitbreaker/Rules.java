package io.foreguard.circuitbreaker;

import io.foreguard.estimation.Estimate;
import io.foreguard.evidence.OutcomeClassifier;
import io.foreguard.evidence.internal.EvidenceLedger;
import io.foreguard.evidence.internal.OutcomeWindow;
import java.time.Duration;
import java.util.Optional;

/** What follows from a breaker's settings. Immutable. */
final class Rules {
  private static final ClassicPolicy DEFAULT_THRESHOLDS = TripPolicy.classic();
  private static final double NO_DEADLINE_SECONDS = 2;
  private static final double NANOS = 1e-9;

  final CircuitBreakerConfig config;

  /**
   * The fixed thresholds of the classic policy, or those that predictive ones are compared with.
   */
  final ClassicPolicy classic;

  /** The deadline, NaN when there is none. */
  final double deadlineSeconds;

  /** The deadline that the cost of a failure is measured against. */
  final double costDeadlineSeconds;

  final long leaseNanos;

  /** Age from which the end of a call may race with its being written off. */
  final long halfLeaseNanos;

  /** Duration from which a success is slow; the longest there is when none is. */
  final long slowNanos;

  /** The deadline in nanoseconds; the longest there is when there is none. */
  final long deadlineNanos;

  /** Whether every call that returns is a success, so that the classifier need not be asked. */
  final boolean returnsAreSuccesses;

  /** Whether success probabilities decide, and not fixed thresholds. */
  final boolean isPredictive;

  /** Whether successes that follow successes may be judged later. */
  final boolean successesMayWait;

  Rules(CircuitBreakerConfig config) {
    this.config = config;
    classic = config.policy() instanceof ClassicPolicy policy ? policy : DEFAULT_THRESHOLDS;
    deadlineSeconds = config.deadline().map(d -> d.toNanos() * NANOS).orElse(Double.NaN);
    costDeadlineSeconds = Double.isNaN(deadlineSeconds) ? NO_DEADLINE_SECONDS : deadlineSeconds;
    leaseNanos = config.permitLease().toNanos();
    halfLeaseNanos = leaseNanos / 2;
    slowNanos = nanos(config.slowCallDuration());
    deadlineNanos = nanos(config.deadline());
    isPredictive = config.policy() instanceof PredictivePolicy;
    successesMayWait = isPredictive && config.model().isPatient();
    returnsAreSuccesses = config.classifier() == OutcomeClassifier.standard();
  }

  TripLogic newLogic(boolean isKey, long now) {
    return config.policy() instanceof PredictivePolicy predictive
        ? new PredictiveLogic(predictive, this, isKey, now)
        : new ClassicLogic(classic, leaseNanos, now);
  }

  /** Whether the policy works on as it is under {@code next}. */
  boolean sameLogic(Rules next) {
    return config.policy() == next.config.policy()
        && leaseNanos == next.leaseNanos
        && Double.compare(deadlineSeconds, next.deadlineSeconds) == 0;
  }

  /** Whether the model is asked as before under {@code next}. */
  boolean sameModel(Rules next) {
    return config.model() == next.config.model()
        && config.modelBudget().equals(next.config.modelBudget())
        && config.modelExecutor() == next.config.modelExecutor();
  }

  Explanation explain(
      State state, double share, Estimate estimate, double threshold, EvidenceLedger ledger) {
    OutcomeWindow w = ledger.window();
    return new Explanation(
        state,
        share,
        estimate,
        threshold,
        config.policy().name(),
        classic.trips(w.calls(), w.failures(), w.slowCalls(), classic.minimumCalls()),
        w.calls(),
        w.failures());
  }

  private static long nanos(Optional<Duration> duration) {
    return duration.map(Duration::toNanos).orElse(Long.MAX_VALUE);
  }
}
