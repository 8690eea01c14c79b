package io.foreguard.spring.aop;

import io.foreguard.CallRejectedException;
import io.foreguard.guard.Guard;
import java.lang.reflect.Method;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.resilience.retry.MethodRetryPredicate;

/**
 * Keeps Spring's {@link Retryable} from working against the guard inside it: it tries again neither
 * what the guard refused, nor where the guard's circuit breaker deems another try not worth it, nor
 * what the guard's own retry has given up. Write {@code @Retryable(predicate =
 * GuardRetryPredicate.class)}; Spring makes it. Thread-safe.
 */
public final class GuardRetryPredicate implements MethodRetryPredicate {
  private final ObjectProvider<GuardedAdvisor> advisor;

  GuardRetryPredicate(ObjectProvider<GuardedAdvisor> advisor) {
    this.advisor = advisor;
  }

  @Override
  public boolean shouldRetry(Method method, Throwable failure) {
    if (failure instanceof CallRejectedException) {
      return false;
    }
    GuardedAdvisor guards = advisor.getIfAvailable();
    GuardedCalls calls = guards == null ? null : guards.calls(method, method.getDeclaringClass());
    return calls == null || isWorthIt(calls.guard());
  }

  private static boolean isWorthIt(Guard guard) {
    return guard.retry().isEmpty() && guard.circuitBreaker().allowsRetry();
  }
}
