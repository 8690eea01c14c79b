package io.foreguard.samples.loyalty;

import org.springframework.test.context.TestPropertySource;

@TestPropertySource(properties = "sample.protection=resilience4j-10")
class Resilience4j10LookupTest extends ProtectedLookupTestBase {
  @Override
  String protection() {
    return "resilience4j-10";
  }
}
