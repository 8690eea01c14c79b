package io.foreguard.samples.routing;

/** A customer whom loyalty-lookup does not know: no sign of its ill health. */
final class CustomerNotFoundException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CustomerNotFoundException(String customerId) {
    super("No customer has the id " + customerId);
  }
}
