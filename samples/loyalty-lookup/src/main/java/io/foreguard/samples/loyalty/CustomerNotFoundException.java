package io.foreguard.samples.loyalty;

/** A customer that does not exist: the fault of the caller, and no sign of ill health. */
final class CustomerNotFoundException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CustomerNotFoundException(String customerId) {
    super("No customer has the id " + customerId);
  }
}
