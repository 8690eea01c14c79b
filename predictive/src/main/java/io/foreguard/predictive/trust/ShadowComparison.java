package io.foreguard.predictive.trust;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.PredictivePolicy;
import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.LearningModel;
import io.foreguard.estimation.MonitoredModel;
import io.foreguard.estimation.StatisticalModel;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.event.Subscription;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signal;
import io.foreguard.evidence.Signals;
import io.foreguard.internal.Require;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A champion that decides and a challenger that watches the same calls: what would the challenger
 * have done? Put it where the champion was, {@linkplain #attach attach} the breaker, and read the
 * {@link #report}. What the challenger says or throws changes no decision. Make one for each
 * circuit breaker. Thread-safe.
 *
 * <pre>{@code
 * ShadowComparison shadow = ShadowComparison.of(champion, challenger, policy);
 * breaker.reconfigure(breaker.config().toBuilder().model(shadow).build()); // evidence stays
 * Subscription rejections = shadow.attach(breaker);
 * }</pre>
 */
public final class ShadowComparison implements LearningModel, MonitoredModel {
  private static final Logger log = LoggerFactory.getLogger(ShadowComparison.class);
  private static final double NO_DEADLINE_SECONDS = 2;
  private static final double NANOS = 1e-9;

  private final SuccessModel champion;
  private final SuccessModel challenger;
  private final PredictivePolicy policy;
  private final Estimate silent;
  private final ReentrantLock lock = new ReentrantLock();
  private final ForecastLog forecasts = new ForecastLog(); // these are guarded by the lock
  private final ForecastLog limits = new ForecastLog();
  private final ShadowTally tally = new ShadowTally();
  private volatile boolean failed;

  private ShadowComparison(
      SuccessModel champion, SuccessModel challenger, PredictivePolicy policy) {
    this.champion = champion;
    this.challenger = challenger;
    this.policy = policy;
    silent = Estimate.abstain(champion, "the challenger has no estimate");
  }

  /**
   * A comparison.
   *
   * @param champion the model in force; {@link StatisticalModel#instance()} for the default model
   * @param policy the breaker's policy, by whose costs is decided and counted
   */
  public static ShadowComparison of(
      SuccessModel champion, SuccessModel challenger, PredictivePolicy policy) {
    return new ShadowComparison(
        Require.nonNull(champion, "champion"),
        Require.nonNull(challenger, "challenger"),
        Require.nonNull(policy, "policy"));
  }

  @Override
  public String name() {
    return champion.name();
  }

  @Override
  public String version() {
    return champion.version();
  }

  /** Whether both are cheap. */
  @Override
  public boolean isCheap() {
    return champion.isCheap() && challenger.isCheap();
  }

  /** Whether both are patient. */
  @Override
  public boolean isPatient() {
    return champion.isPatient() && challenger.isPatient();
  }

  @Override
  public String distrust() {
    return champion.distrust();
  }

  @Override
  public double calibrationError() {
    return MonitoredModel.calibrationErrorOf(champion);
  }

  @Override
  public double drift() {
    return MonitoredModel.driftOf(champion);
  }

  @Override
  public Estimate estimate(Signals signals) {
    Estimate decides = champion.estimate(signals);
    double watched = ask(signals).probability();
    double byChampion =
        decides.isAbstention()
            ? StatisticalModel.instance().estimate(signals).probability()
            : decides.probability();
    double deadline = signals.value(Signal.DEADLINE);
    lock.lock();
    try {
      forecasts.add(signals.nanoTime(), watched, byChampion);
      limits.add(
          signals.nanoTime(),
          policy.threshold(signals.value(Signal.FAILURE_HOLD)),
          Double.isNaN(deadline) ? NO_DEADLINE_SECONDS : deadline);
    } finally {
      lock.unlock();
    }
    return decides;
  }

  private Estimate ask(Signals signals) {
    try {
      Estimate answer = challenger.estimate(signals);
      return answer == null ? silent : answer;
    } catch (RuntimeException e) {
      challengerFailed(e);
      return silent;
    }
  }

  private void challengerFailed(RuntimeException e) {
    if (failed) {
      log.debug("The challenger {} failed again", challenger.name(), e);
    } else {
      failed = true;
      log.warn("The challenger {} failed; the champion decides on", challenger.name(), e);
    }
  }

  @Override
  public void learn(Outcome outcome, long durationNanos, boolean probe, long nanoTime) {
    if (champion instanceof LearningModel learning) {
      learning.learn(outcome, durationNanos, probe, nanoTime);
    }
    if (challenger instanceof LearningModel learning) {
      teach(learning, outcome, durationNanos, probe, nanoTime);
    }
    if (!outcome.isEvidence() || !lock.tryLock()) {
      return;
    }
    try {
      int place = forecasts.find(nanoTime - durationNanos);
      if (place >= 0) {
        double deadline = limits.second(place);
        double hold =
            outcome == Outcome.TIMEOUT ? 1 : Math.min(1, durationNanos * NANOS / deadline);
        tally.ended(
            forecasts.first(place),
            forecasts.second(place),
            limits.first(place),
            outcome.isSuccess(),
            probe,
            durationNanos * NANOS,
            policy.fastFailureCost() + policy.holdCost() * hold);
      }
    } finally {
      lock.unlock();
    }
  }

  private void teach(
      LearningModel learning, Outcome outcome, long durationNanos, boolean probe, long nanoTime) {
    try {
      learning.learn(outcome, durationNanos, probe, nanoTime);
    } catch (RuntimeException e) {
      challengerFailed(e);
    }
  }

  /** Counts the champion's refusals by {@code breaker}, until closed. */
  public Subscription attach(CircuitBreaker breaker) {
    return breaker
        .events()
        .onRejection(
            rejection -> {
              if (!rejection.shadow()) {
                rejected(breaker.clock().nanoTime());
              }
            });
  }

  private void rejected(long now) {
    lock.lock();
    try {
      int place = forecasts.find(now);
      if (place >= 0) {
        tally.rejected(forecasts.first(place), limits.first(place));
      }
    } finally {
      lock.unlock();
    }
  }

  /** What the challenger would have done so far. Takes the lock briefly. */
  public ShadowReport report() {
    lock.lock();
    try {
      return tally.report(
          champion.name() + " " + champion.version(),
          challenger.name() + " " + challenger.version(),
          policy.rejectionCost());
    } finally {
      lock.unlock();
    }
  }
}
