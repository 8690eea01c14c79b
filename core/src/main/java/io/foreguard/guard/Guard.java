package io.foreguard.guard;

import io.foreguard.CallContext;
import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.bulkhead.ThreadPoolBulkhead;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.fallback.Fallback;
import io.foreguard.hedge.Hedge;
import io.foreguard.internal.Require;
import io.foreguard.retry.Retry;
import io.foreguard.timeout.Timeout;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything that protects the calls to one dependency, composed in an order that works: retry(
 * hedge( breaker( bulkhead( timeout( call ))))), with a fallback around it if wanted.
 *
 * <pre>{@code
 * Guard guard = Guard.builder("loyalty").timeout(Duration.ofMillis(800)).build();
 * Profile profile = guard.call(() -> client.profile(customer));
 * }</pre>
 *
 * <p>There is always a circuit breaker; the other parts are there when configured. Thread-safe;
 * make one guard per dependency and keep it.
 */
public final class Guard {
  private final String name;
  private final Parts parts;
  private final Around[] innermostFirst;
  private final @Nullable StraightLine straightLine;

  Guard(String name, Parts parts) {
    this.name = name;
    this.parts = parts;
    innermostFirst = parts.innermostFirst();
    straightLine = parts.straightLine();
  }

  /** A guard with a circuit breaker of default settings and nothing else. */
  public static Guard of(String name) {
    return builder(name).build();
  }

  /** A builder for a guard of the given name, usually that of the dependency. */
  public static GuardBuilder builder(String name) {
    return new GuardBuilder(name);
  }

  /** Name of the guard. */
  public String name() {
    return name;
  }

  /**
   * Runs {@code body} inside the pipeline, on the calling thread unless there is a thread pool or a
   * hedge.
   *
   * @throws IllegalStateException if there is a hedge without an executor
   * @throws io.foreguard.CallRejectedException if a part refused the call; {@code body} did not run
   * @throws Exception what {@code body} throws, unchanged, or {@code TimeoutExceededException}
   */
  public <T extends @Nullable Object> T call(Callable<T> body) throws Exception {
    Require.nonNull(body, "body");
    StraightLine line = straightLine;
    return line != null ? line.call(body) : decorateByLayers(body).call();
  }

  /**
   * Runs {@code body} inside the pipeline, as a call with these keys: the breaker of each of them
   * has a say beside the dependency's, so that one failing replica or tenant is shut out alone.
   *
   * @throws io.foreguard.CallRejectedException if a part refused the call; {@code body} did not run
   * @throws Exception what {@code body} throws, unchanged, or {@code TimeoutExceededException}
   */
  public <T extends @Nullable Object> T call(CallContext context, Callable<T> body)
      throws Exception {
    Callable<T> wrapped = Require.nonNull(body, "body");
    for (Around layer : parts.innermostFirst(Require.nonNull(context, "context"))) {
      wrapped = layer.sync(wrapped);
    }
    return wrapped.call();
  }

  /** Like {@link #callAsync(Supplier)}, for a call with keys. */
  public <T extends @Nullable Object> CompletionStage<T> callAsync(
      CallContext context, Supplier<? extends CompletionStage<T>> body) {
    Require.nonNull(body, "body");
    Supplier<CompletionStage<T>> wrapped = body::get;
    for (Around layer : parts.innermostFirst(Require.nonNull(context, "context"))) {
      wrapped = layer.async(wrapped);
    }
    return wrapped.get();
  }

  /**
   * Starts {@code body} inside the pipeline. Never throws: refusals and failures arrive in the
   * stage. Cancelling the stage cancels the attempt under way and gives back what it held.
   */
  public <T extends @Nullable Object> CompletionStage<T> callAsync(
      Supplier<? extends CompletionStage<T>> body) {
    return decorateAsync(body).get();
  }

  /** {@code body} inside the pipeline. */
  public <T extends @Nullable Object> Callable<T> decorate(Callable<T> body) {
    Callable<T> wrapped = Require.nonNull(body, "body");
    StraightLine line = straightLine;
    if (line != null) {
      return () -> line.call(wrapped);
    }
    return decorateByLayers(wrapped);
  }

  private <T extends @Nullable Object> Callable<T> decorateByLayers(Callable<T> body) {
    Callable<T> wrapped = body;
    for (Around layer : innermostFirst) {
      wrapped = layer.sync(wrapped);
    }
    return wrapped;
  }

  /** {@code body} inside the pipeline. */
  public <T extends @Nullable Object> Supplier<CompletionStage<T>> decorateAsync(
      Supplier<? extends CompletionStage<T>> body) {
    Require.nonNull(body, "body");
    Supplier<CompletionStage<T>> wrapped = body::get;
    for (Around layer : innermostFirst) {
      wrapped = layer.async(wrapped);
    }
    return wrapped;
  }

  /** The pipeline in one frame, if it is of that kind. */
  @Nullable StraightLine straightLine() {
    return straightLine;
  }

  /** This guard with {@code fallback} around it, for calls with results of one type. */
  public <T> FallbackGuard<T> withFallback(Fallback<T> fallback) {
    return new FallbackGuard<>(this, Require.nonNull(fallback, "fallback"));
  }

  /** The circuit breaker. */
  public CircuitBreaker circuitBreaker() {
    return parts.breaker();
  }

  /** The semaphore bulkhead, if there is one. */
  public Optional<Bulkhead> bulkhead() {
    return Optional.ofNullable(parts.bulkhead());
  }

  /** The thread-pool bulkhead, if there is one. */
  public Optional<ThreadPoolBulkhead> threadPoolBulkhead() {
    return Optional.ofNullable(parts.pool());
  }

  /** The retry, if there is one. */
  public Optional<Retry> retry() {
    return Optional.ofNullable(parts.retry());
  }

  /** The hedge, if there is one. */
  public Optional<Hedge> hedge() {
    return Optional.ofNullable(parts.hedge());
  }

  /** The time-out of one attempt, if there is one. */
  public Optional<Timeout> timeout() {
    return Optional.ofNullable(parts.timeout());
  }

  /** The bound on the whole call, retries and waits included, if there is one. */
  public Optional<Duration> deadline() {
    return Optional.ofNullable(parts.deadline()).map(d -> d.config().duration());
  }

  /** The layers that are there, outermost first. */
  public List<Layer> order() {
    return parts.order();
  }

  @Override
  public String toString() {
    return "Guard{" + name + ", order=" + parts.order() + ", " + parts.breaker() + "}";
  }
}
