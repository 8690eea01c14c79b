package io.foreguard.samples.loyalty;

import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.status;

import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

@TestPropertySource(properties = "sample.protection=none")
class PlainLookupTest extends LoyaltyLookupTestBase {
  @Test
  void remembersNothing() {
    engineAnswers(okJson("{\"points\":1234}"));
    profile("C0001").expectStatus().isOk();
    engineAnswers(status(500));

    profile("C0001").expectStatus().isEqualTo(503);
  }

  @Override
  String protection() {
    return "none";
  }
}
