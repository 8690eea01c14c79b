package io.foreguard.predictive.online;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.LearningModel;
import io.foreguard.estimation.StatisticalModel;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signal;
import io.foreguard.evidence.Signals;
import io.foreguard.internal.Require;
import io.foreguard.predictive.internal.LogOdds;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A logistic regression that learns from each outcome while it serves, and corrects the default
 * model by what it has learned. Serves one circuit breaker. Thread-safe.
 *
 * <pre>{@code
 * config.model(OnlineLogisticModel.create());
 * }</pre>
 *
 * <p><b>Prior.</b> The log odds of the default model are its offset and all weights start at zero:
 * before it has learned anything, and long after, it is the default model.
 *
 * <p><b>Learning.</b> {@link #learn} finds what was known when the call started and counts its
 * outcome there: constant time, no lock, no allocation. The next {@link #estimate} moves the
 * weights by what was counted: a second-order step of bounded size, and a drift back to the prior
 * (see the {@code memory} setting). Rejected calls teach nothing. A probe weighs as much as the
 * calls of its moment that it stands for.
 *
 * <p><b>Trust.</b> It abstains, so the default model decides, until betting on the difference of
 * the two models' log losses has proven it better, in several incidents; and again when the same
 * bets show it to be worse. Then it forgets what it had learned. Its correction is at most {@code
 * mostShift} log odds, shrunk by how uncertain the weights are.
 *
 * <p><b>Load.</b> While load shows it neither learns nor speaks. Whether a call will fail of load
 * depends on how many others are sent, which is the limit's to decide: a model that merely foresees
 * such failures makes the gate refuse everybody (the lab's repeated surges show it).
 *
 * <p>One that is asked and told by a single thread gives the same answers each time.
 */
public final class OnlineLogisticModel implements LearningModel {
  private static final Logger log = LoggerFactory.getLogger(OnlineLogisticModel.class);
  private static final double MOST_LOG_ODDS = 7;
  private static final double NORMAL_QUANTILE_95 = 1.645;
  private static final double ENOUGH_PER_MOMENT = 4;

  private final OnlineLogisticConfig config;
  private final SignalHistory history = new SignalHistory();
  private final Estimate notProven = Estimate.abstain(this, "learning: not proven better yet");
  private final Estimate relapsed =
      Estimate.abstain(this, "learning anew: it was worse than the default model");
  private final Estimate silent =
      Estimate.abstain(this, "load shows: what it causes is for the limit to judge");
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final OnlineFeatures features = new OnlineFeatures();

  @GuardedBy("lock")
  private final OnlineWeights weights;

  @GuardedBy("lock")
  private final Proof proof;

  @GuardedBy("lock")
  private boolean started;

  @GuardedBy("lock")
  private long lastNanos;

  @GuardedBy("lock")
  private boolean proven;

  @GuardedBy("lock")
  private long calls;

  @GuardedBy("lock")
  private long promotions;

  @GuardedBy("lock")
  private long relapses;

  @GuardedBy("lock")
  private double lastByDefault = Double.NaN;

  @GuardedBy("lock")
  private double lastShift;

  private OnlineLogisticModel(OnlineLogisticConfig config) {
    this.config = config;
    weights = new OnlineWeights(config.priorDeviation(), config.memory().toNanos() * 1e-9);
    proof = new Proof(config.falsePromotion(), config.relapseBar());
  }

  /** A model that has learned nothing, with every setting at its default. */
  public static OnlineLogisticModel create() {
    return of(OnlineLogisticConfig.defaults());
  }

  /** A model that has learned nothing. */
  public static OnlineLogisticModel of(OnlineLogisticConfig config) {
    return new OnlineLogisticModel(Require.nonNull(config, "config"));
  }

  @Override
  public String name() {
    return "online-logistic";
  }

  @Override
  public boolean isCheap() {
    return true;
  }

  /** True: while it is silent a breaker does exactly what it would do without it. */
  @Override
  public boolean isPatient() {
    return true;
  }

  @Override
  public void learn(Outcome outcome, long durationNanos, boolean probe, long nanoTime) {
    if (outcome.isEvidence() && durationNanos >= 0) {
      history.ended(nanoTime - durationNanos, durationNanos, outcome.isSuccess(), probe);
    }
  }

  @Override
  public Estimate estimate(Signals signals) {
    Estimate byDefault = StatisticalModel.instance().estimate(signals);
    if (byDefault.isAbstention()) {
      return Estimate.abstain(this, byDefault.abstention()); // nothing to learn from either
    }
    lock.lock();
    try {
      catchUp(signals.nanoTime());
      double success = logit(byDefault.probability());
      features.update(signals, success);
      double[] x = features.values();
      double variance = weights.variance(x);
      double shift = shift(x, variance);
      lastByDefault = success;
      lastShift = shift;
      remember(signals, success, shift);
      if (features.isLoaded()) {
        return silent;
      }
      if (!proven) {
        return relapses == 0 ? notProven : relapsed;
      }
      return answer(byDefault, success, shift, variance);
    } finally {
      lock.unlock();
    }
  }

  /** Takes into account what has ended since the last time. */
  @GuardedBy("lock")
  private void catchUp(long now) {
    if (!started) {
      started = true;
      lastNanos = now;
    }
    if (now - lastNanos > 0) {
      weights.forget((now - lastNanos) * 1e-9);
      lastNanos = now;
    }
    calls += history.settle(weights, proof);
    if (proof.moveTo(now, history.longestNanos())) {
      history.forgetLongest();
      judge();
    }
  }

  @GuardedBy("lock")
  private void judge() {
    if (proof.evidenceOfWorse() >= 0) {
      relapses++;
      weights.reset();
      proof.restartWorse();
      proof.restartBetter();
      if (proven) {
        proven = false;
        log.info("An online model was worse than the default one, and has to prove itself again");
      }
    } else if (!proven && proof.evidenceOfBetter() >= 0) {
      proven = true;
      promotions++;
      log.info("An online model has proven better than the default one");
    }
  }

  /** Log odds of success to add to the default model's. */
  @GuardedBy("lock")
  private double shift(double[] x, double variance) {
    double most = config.mostShift();
    double shrunk = OnlineWeights.shrinkage(variance) * -weights.sum(x);
    return Math.max(-most, Math.min(most, shrunk));
  }

  @GuardedBy("lock")
  private void remember(Signals signals, double success, double shift) {
    long now = signals.nanoTime();
    if (!history.isDue(now)) {
      return;
    }
    if (features.isLoaded()) {
      double p = LogOdds.probability(success);
      history.weigh(0, 0);
      history.publish(now, features.values(), -success, p, p, proof.cell());
      return;
    }
    double rate = signals.value(Signal.ARRIVAL_RATE);
    double arrived = rate > 0 ? rate * history.secondsSinceLatest(now) : 0;
    double each = 1 / (1 + arrived / ENOUGH_PER_MOMENT);
    history.weigh(each, Math.max(1, arrived) * each);
    history.publish(
        now,
        features.values(),
        -success,
        LogOdds.probability(success),
        LogOdds.probability(success + shift),
        proof.cell());
  }

  @GuardedBy("lock")
  private Estimate answer(Estimate byDefault, double success, double shift, double variance) {
    double reach = (logit(byDefault.upper()) - logit(byDefault.lower())) / 2;
    double wider = Math.hypot(reach, NORMAL_QUANTILE_95 * Math.sqrt(variance));
    double center = success + shift;
    double p = LogOdds.probability(center);
    Reasons reasons = reasons();
    return Estimate.explainedLater(
        this,
        p,
        Math.min(p, LogOdds.probability(center - wider)),
        Math.max(p, LogOdds.probability(center + wider)),
        reasons::contributions);
  }

  @GuardedBy("lock")
  private Reasons reasons() {
    double[] x = features.values().clone();
    double[] moved = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      moved[i] = -weights.mean(i) * x[i];
    }
    return new Reasons(lastByDefault, lastShift, x, moved);
  }

  /**
   * What the latest estimate is made of, believed or not, strongest first: the default model's log
   * odds of success, and what each signal adds. They sum to the log odds of the estimate. Empty
   * before the first estimate.
   */
  public List<Estimate.Contribution> contributions() {
    lock.lock();
    try {
      return Double.isNaN(lastByDefault) ? List.of() : reasons().contributions();
    } finally {
      lock.unlock();
    }
  }

  /** Where this model stands. */
  public OnlineStatus status() {
    lock.lock();
    try {
      return new OnlineStatus(
          proven, calls, history.missed(), proof, promotions, relapses, lastShift);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return name() + " " + status();
  }

  private static double logit(double p) {
    return Math.max(-MOST_LOG_ODDS, Math.min(MOST_LOG_ODDS, LogOdds.of(p)));
  }
}
