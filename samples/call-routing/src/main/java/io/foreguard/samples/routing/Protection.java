package io.foreguard.samples.routing;

/** What can stand between this service and loyalty-lookup. */
enum Protection {
  /** The time-out of the HTTP client, nothing else. */
  NONE,
  /** Resilience4j's circuit breaker over the last 100 calls. */
  RESILIENCE4J_100,
  /** Resilience4j's circuit breaker over the last 10 calls. */
  RESILIENCE4J_10,
  /** A Foreguard guard with its default settings. */
  FOREGUARD
}
