package io.foreguard.samples.routing;

import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The default protection. */
class ForeguardRoutingTest extends ProtectedRoutingTestBase {
  @Test
  void showsTheEstimateThatItDecidesBy() {
    GuardState state = state();

    assertThat(state.probability()).isBetween(state.lower(), state.upper());
    assertThat(state.probability()).isGreaterThan(state.threshold());
    assertThat(state.state()).isEqualTo("CLOSED");
  }

  @Test
  void aCustomerWhomLoyaltyLookupNoLongerKnowsIsNotRoutedFromMemory() {
    loyaltyAnswers(status(404)); // of the customer of whom it has answered 30 times

    call("{\"callId\":\"c1\",\"customerId\":\"C0001\"}").expectStatus().isNotFound();
  }

  @Override
  String protection() {
    return "foreguard";
  }
}
