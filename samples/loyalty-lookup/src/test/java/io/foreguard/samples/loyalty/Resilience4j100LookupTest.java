package io.foreguard.samples.loyalty;

import org.springframework.test.context.TestPropertySource;

@TestPropertySource(properties = "sample.protection=resilience4j-100")
class Resilience4j100LookupTest extends ProtectedLookupTestBase {
  @Override
  String protection() {
    return "resilience4j-100";
  }
}
