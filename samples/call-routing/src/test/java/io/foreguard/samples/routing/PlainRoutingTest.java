package io.foreguard.samples.routing;

import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

@TestPropertySource(properties = "sample.protection=none")
class PlainRoutingTest extends CallRoutingTestBase {
  @Test
  void remembersNothing() {
    loyaltyAnswers(GOLD);
    assertThat(route("C0001").queue()).isEqualTo("gold");
    loyaltyAnswers(status(500));

    assertThat(route("C0001").source()).isEqualTo(Source.DEFAULT);
  }

  @Override
  String protection() {
    return "none";
  }
}
