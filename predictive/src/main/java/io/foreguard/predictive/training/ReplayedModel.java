package io.foreguard.predictive.training;

import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.LearningModel;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signals;
import io.foreguard.predictive.feature.CallFeatures;

/**
 * Hands what a replayed breaker tells its model on to the features, and always abstains: with a
 * model a breaker looks at its calls more often, so a replay has one too. Not thread-safe.
 */
final class ReplayedModel implements LearningModel {
  private final CallFeatures features;
  private final Estimate abstention = Estimate.abstain(this, "it only listens");
  private String key = "";

  ReplayedModel(CallFeatures features) {
    this.features = features;
  }

  /** Sets the key of the call that ends next. */
  void key(String next) {
    key = next;
  }

  @Override
  public String name() {
    return "replayed";
  }

  @Override
  public boolean isCheap() {
    return true;
  }

  @Override
  public void learn(Outcome outcome, long durationNanos, boolean probe, long nanoTime) {
    features.learn(key, outcome, durationNanos, nanoTime);
  }

  @Override
  public Estimate estimate(Signals signals) {
    return abstention;
  }
}
