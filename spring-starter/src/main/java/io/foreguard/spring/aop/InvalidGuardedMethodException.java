package io.foreguard.spring.aop;

import io.foreguard.spring.Guarded;
import java.lang.reflect.Method;

/** A method carries {@link Guarded} in a way that cannot work. */
final class InvalidGuardedMethodException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String method;
  private final String problem;
  private final String remedy;

  InvalidGuardedMethodException(Method method, String problem, String remedy) {
    super(Signatures.of(method) + ": " + problem);
    this.method = Signatures.of(method);
    this.problem = problem;
    this.remedy = remedy;
  }

  String method() {
    return method;
  }

  String problem() {
    return problem;
  }

  /** What to write instead. */
  String remedy() {
    return remedy;
  }
}
