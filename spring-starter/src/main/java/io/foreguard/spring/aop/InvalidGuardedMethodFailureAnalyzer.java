package io.foreguard.spring.aop;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which guarded method keeps the application from starting, and what to write instead. */
final class InvalidGuardedMethodFailureAnalyzer
    extends AbstractFailureAnalyzer<InvalidGuardedMethodException> {
  @Override
  protected FailureAnalysis analyze(Throwable root, InvalidGuardedMethodException cause) {
    return new FailureAnalysis(
        "A method cannot be guarded as it is annotated:\n\n    Method: "
            + cause.method()
            + "\n    Problem: "
            + cause.problem(),
        cause.remedy(),
        cause);
  }
}
