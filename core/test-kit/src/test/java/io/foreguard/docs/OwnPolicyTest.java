package io.foreguard.docs;

import io.foreguard.circuitbreaker.PredictivePolicy;
import io.foreguard.circuitbreaker.TripPolicy;
import io.foreguard.test.contract.TripPolicyContract;

class OwnPolicyTest extends TripPolicyContract {
  @Override
  protected TripPolicy policy() {
    return PredictivePolicy.builder().rejectionCost(3).build();
  }
}
