package io.foreguard.benchmarks.lab.replay;

import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.ClassicPolicy;
import io.foreguard.circuitbreaker.PredictivePolicy;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A configuration of Foreguard as far as a log can judge it. Immutable.
 *
 * @param timeout after which callers give up, null for none: it cuts the calls of the log, and the
 *     breaker knows it as its deadline
 * @param fastFailureCost of the predictive policy
 * @param holdCost of the predictive policy
 * @param rejectionCost of the predictive policy
 * @param minimumSuccessProbability of the predictive policy, NaN to derive it from the costs
 * @param limitsConcurrency of the predictive policy
 * @param maxProbeInterval of the predictive policy
 * @param classic the classic policy to take instead, null for none
 * @param slowCallDuration from which a success is slow, null for none
 * @param keyed whether the keys of the log have breakers of their own
 */
record Configuration(
    @Nullable Duration timeout,
    double fastFailureCost,
    double holdCost,
    double rejectionCost,
    double minimumSuccessProbability,
    boolean limitsConcurrency,
    Duration maxProbeInterval,
    @Nullable ClassicPolicy classic,
    @Nullable Duration slowCallDuration,
    boolean keyed) {

  static Configuration defaults() {
    PredictivePolicy usual = PredictivePolicy.builder().build();
    return new Configuration(
        null,
        usual.fastFailureCost(),
        usual.holdCost(),
        usual.rejectionCost(),
        Double.NaN,
        usual.limitsConcurrency(),
        usual.maxProbeInterval(),
        null,
        null,
        false);
  }

  /** These settings with a change. */
  Configuration with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /** The breaker's settings. */
  CircuitBreakerConfig breaker() {
    CircuitBreakerConfig.Builder builder = CircuitBreakerConfig.builder();
    builder.policy(classic == null ? predictive() : classic);
    if (timeout != null) {
      builder.deadline(timeout);
      if (timeout.compareTo(CircuitBreakerConfig.defaults().permitLease()) >= 0) {
        builder.permitLease(timeout.multipliedBy(2));
      }
    }
    if (slowCallDuration != null) {
      builder.slowCallDuration(slowCallDuration);
    }
    return builder.build();
  }

  private PredictivePolicy predictive() {
    PredictivePolicy.Builder builder =
        PredictivePolicy.builder()
            .fastFailureCost(fastFailureCost)
            .holdCost(holdCost)
            .rejectionCost(rejectionCost)
            .limitsConcurrency(limitsConcurrency)
            .maxProbeInterval(maxProbeInterval);
    if (!Double.isNaN(minimumSuccessProbability)) {
      builder.minimumSuccessProbability(minimumSuccessProbability);
    }
    return builder.build();
  }

  /** Settings while they change. Not thread-safe. */
  static final class Draft {
    @Nullable Duration timeout;
    double fastFailureCost;
    double holdCost;
    double rejectionCost;
    double minimumSuccessProbability;
    boolean limitsConcurrency;
    Duration maxProbeInterval;
    @Nullable ClassicPolicy classic;
    @Nullable Duration slowCallDuration;
    boolean keyed;

    private Draft(Configuration from) {
      timeout = from.timeout;
      fastFailureCost = from.fastFailureCost;
      holdCost = from.holdCost;
      rejectionCost = from.rejectionCost;
      minimumSuccessProbability = from.minimumSuccessProbability;
      limitsConcurrency = from.limitsConcurrency;
      maxProbeInterval = from.maxProbeInterval;
      classic = from.classic;
      slowCallDuration = from.slowCallDuration;
      keyed = from.keyed;
    }

    private Configuration done() {
      return new Configuration(
          timeout,
          fastFailureCost,
          holdCost,
          rejectionCost,
          minimumSuccessProbability,
          limitsConcurrency,
          maxProbeInterval,
          classic,
          slowCallDuration,
          keyed);
    }
  }
}
