package io.foreguard.guard;

import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.internal.BreakerSteps;
import io.foreguard.internal.Memory;
import io.foreguard.internal.RetrySteps;
import io.foreguard.internal.RetrySteps.Terms;
import io.foreguard.internal.Steps;
import io.foreguard.retry.Retry;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The pipeline retry( breaker( bulkhead( call ))), the first and the last optional, in one frame:
 * nothing is put around the body, so a call whose first attempt is accepted allocates nothing. What
 * follows a first attempt is the retry's own business. Thread-safe.
 */
final class StraightLine {
  private final @Nullable Retry retry;
  private final @Nullable RetrySteps retrySteps;
  private final BreakerSteps breaker;
  private final @Nullable Bulkhead bulkhead;
  private final Object clock;

  StraightLine(@Nullable Retry retry, CircuitBreaker breaker, @Nullable Bulkhead bulkhead) {
    this.retry = retry;
    retrySteps = retry == null ? null : Steps.ofRetry(retry);
    this.breaker = Steps.ofBreaker(breaker);
    this.bulkhead = bulkhead;
    clock = breaker.clock();
  }

  <T extends @Nullable Object> T call(Callable<T> body) throws Exception {
    return call(body, null, null);
  }

  /** Calls, and leaves what comes of it in {@code memory} under {@code key}. */
  <T extends @Nullable Object> T call(
      Callable<? extends T> body, @Nullable Memory<T> memory, @Nullable Object key)
      throws Exception {
    RetrySteps steps = retrySteps;
    Terms terms = null;
    if (steps != null) {
      terms = steps.begin();
      if (terms == null) {
        return remember(wholly(body), memory, key);
      }
    }
    T result;
    long end;
    try {
      long start = breaker.now();
      long token = breaker.admit(start);
      result = run(body, token, start);
      end = breaker.returned(token, start, result);
    } catch (Throwable failure) {
      if (steps == null || terms == null) {
        throw failure;
      }
      return remember(steps.<T>afterFailure(terms, failure, () -> attempt(body)), memory, key);
    }
    if (steps != null && terms != null && !steps.accepts(terms, result)) {
      return remember(steps.<T>afterRefused(terms, result, () -> attempt(body)), memory, key);
    }
    if (memory != null) {
      memory.fresh(key, result, clock, end);
    }
    return result;
  }

  private <T extends @Nullable Object> T wholly(Callable<? extends T> body) throws Exception {
    Callable<T> once = () -> attempt(body);
    return retry == null ? once.call() : retry.call(once);
  }

  private <T extends @Nullable Object> T attempt(Callable<? extends T> body) throws Exception {
    long start = breaker.now();
    long token = breaker.admit(start);
    T result = run(body, token, start);
    long unused = breaker.returned(token, start, result);
    return result;
  }

  private <T extends @Nullable Object> T run(Callable<? extends T> body, long token, long start)
      throws Exception {
    try {
      return bulkhead == null ? body.call() : bulkhead.call(body);
    } catch (Throwable thrown) {
      breaker.threw(token, start, thrown);
      throw thrown;
    }
  }

  private static <T extends @Nullable Object> T remember(
      T result, @Nullable Memory<T> memory, @Nullable Object key) {
    if (memory != null) {
      memory.fresh(key, result, null, 0);
    }
    return result;
  }
}
