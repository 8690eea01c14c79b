package io.foreguard.predictive.model;

import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.evidence.Signals;

/** Stands in for a model that could not be loaded: always abstains, saying why. Immutable. */
final class AbsentModel implements SuccessModel {
  private final Estimate abstention;

  AbsentModel(String problem) {
    abstention = Estimate.abstain(this, problem);
  }

  @Override
  public String name() {
    return "absent";
  }

  @Override
  public String version() {
    return "0";
  }

  @Override
  public boolean isCheap() {
    return true;
  }

  @Override
  public Estimate estimate(Signals signals) {
    return abstention;
  }
}
