package io.foreguard.test;

/** What a {@link ScriptedDependency} fails with unless told otherwise. Immutable. */
public final class ScriptedFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ScriptedFailure(String message) {
    super(message);
  }
}
