package io.foreguard.samples.routing;

import java.io.IOException;
import org.springframework.web.client.RestClientException;

/** No protection and no memory: every call is sent, and a failed one leaves nothing to go by. */
final class PlainLoyaltyClient implements LoyaltyClient {
  private final LoyaltyApi api;
  private final CallCounts counts = new CallCounts();

  PlainLoyaltyClient(LoyaltyApi api) {
    this.api = api;
  }

  @Override
  public Loyalty loyalty(String customerId, String callId) {
    counts.count(Decision.SENT);
    try {
      return Loyalty.answered(api.profile(customerId, callId), Decision.SENT);
    } catch (IOException | RestClientException e) {
      return Loyalty.unknown(Decision.SENT, e);
    }
  }

  @Override
  public GuardState state() {
    return GuardState.withoutEstimate("none", "NONE", 1, counts);
  }
}
