package io.foreguard.samples.loyalty;

/** The loyalty tier of a customer, best first. */
enum Tier {
  PLATINUM,
  GOLD,
  SILVER,
  STANDARD
}
