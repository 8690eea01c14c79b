package io.foreguard.samples.pointsengine;

/** An input that breaks a rule; the message names the parameter, the rule and the value. */
final class BadRequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadRequestException(String parameter, String rule, Object value) {
    super(parameter + " must be " + rule + ", but was " + value);
  }
}
