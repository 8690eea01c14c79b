package io.foreguard.predictive.trust;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.LearningModel;
import io.foreguard.estimation.MonitoredModel;
import io.foreguard.estimation.StatisticalModel;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.event.Subscription;
import io.foreguard.event.Topic;
import io.foreguard.event.internal.Emitter;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signal;
import io.foreguard.evidence.Signals;
import io.foreguard.internal.Require;
import io.foreguard.predictive.feature.FeatureReference;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A learned model that decides only while it deserves to: it forecasts beside the default model,
 * and each outcome is held against what both said when the call started. One that proves better is
 * promoted and answers; one that gets worse, is badly calibrated, or sees other features than it
 * learned from without being better, is demoted and abstains with the reason, so that the breaker
 * goes by its default model. A demoted model rests, longer each time, and must then prove itself
 * again. Make one for each circuit breaker. Thread-safe.
 *
 * <pre>{@code
 * TrustedModel trusted = TrustedModel.of("loyalty", model, TrustConfig.defaults());
 * CircuitBreakerConfig.builder().model(trusted)
 * }</pre>
 *
 * <p>A new version of the model ({@link SuccessModel#version}) is a new model: its evidence starts
 * again. What the breaker knows stays.
 *
 * <p>An outcome costs one uncontended lock and some twenty logarithms at most, and no allocation;
 * nobody waits: of two calls that end at the same instant one may go unjudged, whatever its
 * outcome.
 */
public final class TrustedModel implements LearningModel, MonitoredModel {
  private static final Logger log = LoggerFactory.getLogger(TrustedModel.class);
  private static final Signal[] SIGNALS = Signal.values();
  private static final double NANOS = 1e-9;

  private final String name;
  private final SuccessModel model;
  private final @Nullable LearningModel learner;
  private final @Nullable ObservedFeatures observed;
  private final TrustConfig config;
  private final Emitter<TrustChange> changes;
  private final ReentrantLock lock = new ReentrantLock();
  private final ForecastLog forecasts = new ForecastLog(); // these are guarded by the lock
  private final CanaryComparison canary;
  private final double[] features;
  private TrustJudge judge;
  private String judgedVersion;
  private boolean sampled;
  private long sampledAt;
  private boolean warned;

  private final LongAdder unjudged = new LongAdder();
  private volatile Estimate abstention;
  private volatile boolean trusted;

  private TrustedModel(String name, SuccessModel model, TrustConfig config) {
    this.name = name;
    this.model = model;
    this.config = config;
    learner = model instanceof LearningModel learning ? learning : null;
    observed = model instanceof ObservedFeatures shows ? shows : null;
    changes = new Emitter<>("the trusted model of '" + name + "'");
    canary = new CanaryComparison(config.canary, config.costs, config.deadline.toNanos() * NANOS);
    features = new double[names().size()];
    judge = newJudge("it has not yet proved better than the default model");
    judgedVersion = model.version();
    trusted = judge.state() == TrustState.TRUSTED;
    abstention = Estimate.abstain(model, judge.reason());
  }

  /**
   * A model under watch.
   *
   * @param name whose calls it forecasts, in events and logs: the breaker's name
   */
  public static TrustedModel of(String name, SuccessModel model, TrustConfig config) {
    Require.name(name, "name");
    Require.nonNull(model, "model");
    return new TrustedModel(name, model, Require.nonNull(config, "config"));
  }

  private TrustJudge newJudge(String reason) {
    List<FeatureReference> references = observed == null ? List.of() : observed.featureReferences();
    DriftMonitor drift =
        references.isEmpty()
            ? DriftMonitor.sinceStart(names(), config.driftMemory, config.driftMemory)
            : DriftMonitor.against(names(), references, config.driftMemory);
    return new TrustJudge(config, drift, reason);
  }

  private List<String> names() {
    return observed == null
        ? Arrays.stream(SIGNALS).map(Signal::name).toList()
        : observed.featureNames();
  }

  @Override
  public String name() {
    return model.name();
  }

  @Override
  public String version() {
    return model.version();
  }

  @Override
  public boolean isCheap() {
    return model.isCheap();
  }

  @Override
  public boolean isPatient() {
    return model.isPatient();
  }

  /** Empty while it is trusted, in whatever share of time it may act. */
  @Override
  public String distrust() {
    return trusted ? "" : abstention.abstention();
  }

  @Override
  public Estimate estimate(Signals signals) {
    Estimate own = model.estimate(signals);
    double byDefault = StatisticalModel.instance().estimate(signals).probability();
    TrustChange change;
    lock.lock();
    try {
      change = checkVersion();
      forecasts.add(signals.nanoTime(), own.probability(), byDefault);
      sample(signals);
    } finally {
      lock.unlock();
    }
    tell(change);
    if (own.isAbstention()) {
      return own;
    }
    return trusted && config.canary.acts(signals.nanoTime()) ? own : abstention;
  }

  private @Nullable TrustChange checkVersion() {
    String version = model.version();
    if (version.equals(judgedVersion)) {
      return null;
    }
    judgedVersion = version;
    TrustState before = judge.state();
    judge = newJudge("its version is new and has not yet proved better than the default model");
    forecasts.clear();
    return changed(before, judge.reason());
  }

  private void sample(Signals signals) {
    long now = signals.nanoTime();
    if (sampled && now - sampledAt < config.driftInterval.toNanos()) {
      return;
    }
    if (observed == null) {
      for (int i = 0; i < SIGNALS.length; i++) {
        features[i] = signals.value(SIGNALS[i]);
      }
    } else if (!observed.copyFeatures(features)) {
      return;
    }
    sampled = true;
    sampledAt = now;
    judge.drift.record(features);
  }

  @Override
  public void learn(Outcome outcome, long durationNanos, boolean probe, long nanoTime) {
    if (learner != null) {
      learner.learn(outcome, durationNanos, probe, nanoTime);
    }
    if (!outcome.isEvidence()) {
      return;
    }
    if (!lock.tryLock()) {
      unjudged.increment();
      return;
    }
    TrustChange change;
    try {
      change = judge(outcome, durationNanos, nanoTime);
    } finally {
      lock.unlock();
    }
    tell(change);
  }

  private @Nullable TrustChange judge(Outcome outcome, long durationNanos, long now) {
    long start = now - durationNanos;
    if (trusted && config.canary.isOfTime()) {
      canary.ended(start, durationNanos, outcome);
    }
    int place = forecasts.find(start);
    if (place < 0
        || Double.isNaN(forecasts.first(place))
        || Double.isNaN(forecasts.second(place))) {
      unjudged.increment();
      return null;
    }
    TrustState before = judge.state();
    String reason =
        judge.judge(
            start, now, forecasts.first(place), forecasts.second(place), outcome.isSuccess());
    return reason == null ? null : changed(before, reason);
  }

  private @Nullable TrustChange changed(TrustState before, String reason) {
    TrustState after = judge.state();
    abstention = Estimate.abstain(model, reason);
    trusted = after == TrustState.TRUSTED;
    return before == after
        ? null
        : new TrustChange(
            name, model.name(), judgedVersion, config.clock.wallTime(), before, after, reason);
  }

  private void tell(@Nullable TrustChange change) {
    if (change == null) {
      return;
    }
    if (change.to() == TrustState.TRUSTED) {
      log.info("Model '{}' is trusted with '{}': {}", change.model(), name, change.reason());
    } else if (change.to() == TrustState.SHADOW) {
      log.info("Model '{}' is watched with '{}': {}", change.model(), name, change.reason());
    } else if (warned) {
      log.debug("Model '{}' loses trust with '{}': {}", change.model(), name, change.reason());
    } else {
      warned = true;
      log.warn(
          "Model '{}' is no longer trusted with '{}': {}; the default model decides instead,"
              + " repeats are logged at DEBUG",
          change.model(),
          name,
          change.reason());
    }
    changes.publish(change);
  }

  /** Whose calls it forecasts. */
  public String dependency() {
    return name;
  }

  /** How far the model is trusted. */
  public TrustState state() {
    lock.lock();
    try {
      return judge.state();
    } finally {
      lock.unlock();
    }
  }

  /** All figures. Takes the lock briefly. */
  public TrustStatus status() {
    lock.lock();
    try {
      boolean any = judge.judged() > 0;
      return new TrustStatus(
          judge.state(),
          judge.reason(),
          judge.judged(),
          unjudged.sum(),
          any ? judge.own.error() : 0,
          judge.own.errorAtLeast(),
          any ? judge.byDefault.error() : 0,
          any ? judge.own.brierScore() : 0,
          any ? judge.own.logLoss() : 0,
          judge.duel.meanGain(),
          judge.duel.evidenceOfBetter(),
          judge.duel.evidenceOfWorse(),
          judge.drift.largest(),
          judge.drift.drifted(config.mostDrift));
    } finally {
      lock.unlock();
    }
  }

  /** That of {@link #status}, but NaN before the first judged call. */
  @Override
  public double calibrationError() {
    lock.lock();
    try {
      return judge.judged() > 0 ? judge.own.error() : Double.NaN;
    } finally {
      lock.unlock();
    }
  }

  /** That of {@link #status}, but NaN before the first sample of features. */
  @Override
  public double drift() {
    lock.lock();
    try {
      return sampled ? judge.drift.largest() : Double.NaN;
    } finally {
      lock.unlock();
    }
  }

  /** Hears of trust won and lost. */
  public Topic<TrustChange> changes() {
    return changes;
  }

  /** What a canary of a share of time has shown while the model was trusted. */
  public CanaryReport canary() {
    lock.lock();
    try {
      return canary.report();
    } finally {
      lock.unlock();
    }
  }

  /** Counts the refusals of {@code breaker} in the canary's report, until closed. */
  public Subscription attach(CircuitBreaker breaker) {
    return breaker
        .events()
        .onRejection(
            rejection -> {
              if (trusted && config.canary.isOfTime() && !rejection.shadow()) {
                countRejection(breaker.clock().nanoTime());
              }
            });
  }

  private void countRejection(long now) {
    lock.lock();
    try {
      canary.rejected(now);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "TrustedModel{" + name + ", " + model.name() + ", " + state() + "}";
  }
}
