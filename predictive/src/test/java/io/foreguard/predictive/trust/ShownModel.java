package io.foreguard.predictive.trust;

import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.evidence.Signals;
import java.util.List;
import java.util.SplittableRandom;

/** A model that shows two features, which can be moved. */
final class ShownModel implements SuccessModel, ObservedFeatures {
  private final SuccessModel model;
  private final SplittableRandom random = new SplittableRandom(9);
  volatile double offset;

  ShownModel(SuccessModel model) {
    this.model = model;
  }

  @Override
  public String name() {
    return "shown";
  }

  @Override
  public boolean isCheap() {
    return true;
  }

  @Override
  public Estimate estimate(Signals signals) {
    return Estimate.of(this, model.estimate(signals).probability());
  }

  @Override
  public List<String> featureNames() {
    return List.of("a", "b", "still");
  }

  @Override
  public boolean copyFeatures(double[] target) {
    target[0] = offset + random.nextDouble();
    target[1] = offset + random.nextDouble();
    target[2] = 1;
    return true;
  }
}
