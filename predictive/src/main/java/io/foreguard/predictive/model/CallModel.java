package io.foreguard.predictive.model;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.LearningModel;
import io.foreguard.estimation.StatisticalModel;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signals;
import io.foreguard.internal.Require;
import io.foreguard.predictive.feature.CallFeatures;
import io.foreguard.predictive.feature.FeatureReference;
import io.foreguard.predictive.feature.FeatureSchema;
import io.foreguard.predictive.internal.LogOdds;
import io.foreguard.predictive.trust.ObservedFeatures;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A learned model of single calls at work: it refines what the default model says of one
 * dependency. Thread-safe.
 *
 * <p>Its features are computed from every call's outcome and from the breaker's signals, as they
 * were in training. Its answer stays within {@link #MOST_REFINEMENT} of the default model's in log
 * odds, some twelve times the odds or a twelfth of them: what no training data showed cannot carry
 * it further. The interval is the default model's, moved as far.
 *
 * <p>It keeps the history of its dependency: make one for each circuit breaker. The trained model
 * may be replaced while it works; the history stays.
 */
public final class CallModel implements LearningModel, ObservedFeatures {
  /** How far, in log odds, an answer may be from the default model's. */
  public static final double MOST_REFINEMENT = 2.5;

  /** Larger models are asked on a background thread, not on the thread of a call. */
  public static final long MOST_CHEAP_STEPS = 1_500;

  private final Supplier<TrainedCallModel> source;
  private final CallFeatures history;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final double[] features = new double[FeatureSchema.calls().size()];

  @GuardedBy("lock")
  private boolean asked;

  /**
   * Creates a model for one dependency.
   *
   * @param source the trained model; asked for each estimate, so that it may change
   * @param history features of the dependency, which nobody else teaches
   */
  public CallModel(Supplier<TrainedCallModel> source, CallFeatures history) {
    this.source = Require.nonNull(source, "source");
    this.history = Require.nonNull(history, "history");
  }

  @Override
  public String name() {
    return source.get().name();
  }

  @Override
  public String version() {
    return source.get().version();
  }

  /**
   * Whether the model it was made with takes at most {@link #MOST_CHEAP_STEPS} steps: then an
   * estimate takes two or three microseconds.
   */
  @Override
  public boolean isCheap() {
    return source.get().scorer().scorer().steps() <= MOST_CHEAP_STEPS;
  }

  /** True: its history hears of every outcome, and it need not be asked as often. */
  @Override
  public boolean isPatient() {
    return true;
  }

  @Override
  public void learn(Outcome outcome, long durationNanos, boolean probe, long nanoTime) {
    history.learn(outcome, durationNanos, nanoTime);
  }

  @Override
  public Estimate estimate(Signals signals) {
    TrainedCallModel trained = source.get();
    Estimate byDefault = StatisticalModel.instance().estimate(signals);
    if (byDefault.isAbstention()) {
      return Estimate.abstain(this, byDefault.abstention());
    }
    double raw;
    double[] seen;
    lock.lock();
    try {
      history.copyTo(signals, "", features);
      raw = -trained.scorer().logOdds(features);
      seen = features.clone();
      asked = true;
    } finally {
      lock.unlock();
    }
    double from = LogOdds.of(byDefault.probability());
    double to = Math.min(from + MOST_REFINEMENT, Math.max(from - MOST_REFINEMENT, raw));
    double moved = to - from;
    double probability = LogOdds.probability(to);
    return Estimate.explainedLater(
        this,
        probability,
        Math.min(probability, LogOdds.probability(LogOdds.of(byDefault.lower()) + moved)),
        Math.max(probability, LogOdds.probability(LogOdds.of(byDefault.upper()) + moved)),
        () -> CallReasons.of(trained.scorer(), seen, to));
  }

  @Override
  public List<String> featureNames() {
    return FeatureSchema.calls().names();
  }

  @Override
  public boolean copyFeatures(double[] target) {
    lock.lock();
    try {
      System.arraycopy(features, 0, target, 0, features.length);
      return asked;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<FeatureReference> featureReferences() {
    return source.get().references();
  }

  @Override
  public String toString() {
    return "CallModel{" + name() + " " + version() + "}";
  }
}
