package io.foreguard.samples.routing;

import org.springframework.test.context.TestPropertySource;

@TestPropertySource(properties = "sample.protection=resilience4j-10")
class Resilience4j10RoutingTest extends ProtectedRoutingTestBase {
  @Override
  String protection() {
    return "resilience4j-10";
  }
}
