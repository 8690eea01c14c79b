package io.foreguard.samples.routing;

/** A call whose description breaks a rule; the message names the field, the rule and the value. */
final class InvalidCallException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidCallException(String message) {
    super(message);
  }
}
