package io.foreguard.test;

/** Carries what happened to a guard into the report of a failed test; nothing went wrong in it. */
final class GuardHistory extends Throwable {
  private static final long serialVersionUID = 1L;

  GuardHistory(String history) {
    super(history, null, false, false);
  }
}
