package io.foreguard.samples.loyalty;

/**
 * A customer with points.
 *
 * @param source where the points come from
 * @param ageSeconds how old the points are; 0 when fresh
 * @param decision what became of the call to the points engine
 */
record Profile(
    String customerId,
    String name,
    Tier tier,
    int points,
    Source source,
    double ageSeconds,
    Decision decision) {

  static Profile of(Customer customer, Points points) {
    return new Profile(
        customer.customerId(),
        customer.name(),
        customer.tier(),
        points.value(),
        points.source(),
        points.age().toMillis() / 1000.0,
        points.decision());
  }
}
