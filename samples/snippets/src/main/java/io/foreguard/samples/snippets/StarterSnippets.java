package io.foreguard.samples.snippets;

import io.foreguard.spring.Guarded;

/** spring-starter/README.md. */
@SuppressWarnings("unused") // the starter finds the fallback method by its name
class StarterSnippets {
  private final PointsClient client;

  StarterSnippets(PointsClient client) {
    this.client = client;
  }

  @Guarded(name = "points", key = "#customer", fallbackMethod = "unknown")
  public Points points(String customer) {
    return client.points(customer);
  }

  private Points unknown(String customer, Exception failure) {
    return Points.UNKNOWN;
  }

  /** A client of a remote system. */
  interface PointsClient {
    Points points(String customer);
  }

  /** What a customer has collected. */
  record Points(int number) {
    static final Points UNKNOWN = new Points(0);
  }
}
