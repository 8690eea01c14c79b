package io.foreguard.samples.loyalty;

import java.time.Duration;

/** The points of a customer, and how they were come by. */
record Points(int value, Source source, Duration age, Decision decision) {
  static Points fresh(int value, Decision decision) {
    return new Points(value, Source.FRESH, Duration.ZERO, decision);
  }

  static Points stale(int value, Duration age, Decision decision) {
    return new Points(value, Source.STALE, age, decision);
  }
}
