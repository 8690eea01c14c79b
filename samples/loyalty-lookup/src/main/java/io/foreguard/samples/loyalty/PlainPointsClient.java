package io.foreguard.samples.loyalty;

import java.io.IOException;
import java.time.Duration;
import org.springframework.web.client.RestClientException;

/** No protection: every call is sent, and every failure reaches the caller. */
final class PlainPointsClient implements PointsClient {
  private final PointsEngineApi engine;
  private final CallCounts counts = new CallCounts();

  PlainPointsClient(PointsEngineApi engine) {
    this.engine = engine;
  }

  @Override
  public Points points(String customerId, String requestId) {
    counts.count(Decision.SENT);
    try {
      return Points.fresh(engine.points(customerId, requestId), Decision.SENT);
    } catch (IOException | RestClientException e) {
      throw new PointsUnavailableException(Decision.SENT, Duration.ZERO, e);
    }
  }

  @Override
  public GuardState state() {
    return GuardState.withoutEstimate("none", "NONE", 1, counts);
  }
}
