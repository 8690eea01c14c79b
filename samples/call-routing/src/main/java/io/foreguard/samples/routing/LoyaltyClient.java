package io.foreguard.samples.routing;

/** Asks loyalty-lookup under the protection of the implementation. Thread-safe. */
interface LoyaltyClient {
  /**
   * What is known of a customer, be it nothing. Never fails because loyalty-lookup does.
   *
   * @throws CustomerNotFoundException if loyalty-lookup does not know the customer
   */
  Loyalty loyalty(String customerId, String callId);

  /** The protection as it stands now. */
  GuardState state();
}
