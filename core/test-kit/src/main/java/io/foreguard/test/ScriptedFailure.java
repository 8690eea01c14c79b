package io.foreguard.test;

import java.io.IOException;

/** What a {@link ScriptedDependency} fails with unless told otherwise. */
public final class ScriptedFailure extends IOException {
  private static final long serialVersionUID = 1L;

  ScriptedFailure(String message) {
    super(message);
  }
}
