package io.foreguard.samples.loyalty;

/** Asks the points engine under the protection of the implementation. Thread-safe. */
interface PointsClient {
  /**
   * The points of a customer, perhaps stale.
   *
   * @throws CustomerNotFoundException if the points engine does not know the customer
   * @throws PointsUnavailableException if there is no answer, not even a stale one
   */
  Points points(String customerId, String requestId);

  /** The protection as it stands now. */
  GuardState state();
}
