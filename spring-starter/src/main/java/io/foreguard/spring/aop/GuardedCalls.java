package io.foreguard.spring.aop;

import io.foreguard.fallback.Fallback;
import io.foreguard.guard.Guard;
import io.foreguard.internal.Stages;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.GuardFactory;
import io.foreguard.spring.NotRepeatableException;
import io.foreguard.spring.internal.ReactiveCalls;
import java.io.Serializable;
import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.ProxyMethodInvocation;

/** Runs the calls of one guarded method. Thread-safe. */
final class GuardedCalls {
  private static final Logger log = LoggerFactory.getLogger(GuardedCalls.class);

  private final GuardedMethod method;
  private final String signature;
  private final AtomicBoolean keyFailed = new AtomicBoolean();
  private final Guard guard;
  private final @Nullable Fallback<Object> lastKnownGood;

  GuardedCalls(GuardedMethod method, GuardFactory factory, ForeguardRegistry registry) {
    this.method = method;
    signature = Signatures.of(method.method());
    Policies policies = method.policies();
    guard =
        policies
            .guard()
            .map(name -> factory.guard(registry, name))
            .orElseGet(() -> factory.assemble(registry, policies.parts()));
    lastKnownGood =
        method.result() == GuardedMethod.Result.FLUX
            ? null
            : policies
                .lastKnownGood()
                .flatMap(name -> factory.lastKnownGood(registry, name, policies.guard().isEmpty()))
                .orElse(null);
  }

  Guard guard() {
    return guard;
  }

  @Nullable Object call(MethodInvocation invocation) throws Exception {
    return switch (method.result()) {
      case VALUE -> sync(invocation);
      case STAGE -> async(invocation, GuardedCalls::stage);
      case MONO -> ReactiveCalls.<Object>mono(toStage -> async(invocation, toStage));
      case FLUX -> ReactiveCalls.<Object>flux(toStage -> async(invocation, toStage));
    };
  }

  @SuppressWarnings("unchecked") // the method returns a stage
  private static CompletionStage<Object> stage(Object returned) {
    return (CompletionStage<Object>) returned;
  }

  private @Nullable Object sync(MethodInvocation invocation) throws Exception {
    Attempts attempts = new Attempts(invocation, guard.retry().isPresent());
    try {
      Callable<@Nullable Object> body = attempts::next;
      return lastKnownGood == null
          ? guard.call(body)
          : answered(lastKnownGood, invocation, guard.decorate(body));
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (Exception e) {
      Optional<Method> answering = answering(e);
      if (answering.isEmpty()) {
        throw e;
      }
      return answer(answering.get(), invocation, e);
    }
  }

  @SuppressWarnings("NullAway") // a method may return null, which is then no good answer to keep
  private @Nullable Object answered(
      Fallback<Object> fallback, MethodInvocation invocation, Callable<@Nullable Object> body)
      throws Exception {
    return fallback.call(key(invocation), body);
  }

  /** What a method that does not declare interruption throws instead, with the flag restored. */
  private Exception interrupted(InterruptedException e) {
    boolean declared =
        Arrays.stream(method.method().getExceptionTypes()).anyMatch(type -> type.isInstance(e));
    if (declared) {
      return e;
    }
    Thread.currentThread().interrupt();
    return new IllegalStateException("Interrupted inside guard '" + guard.name() + "'", e);
  }

  /**
   * Runs a call that ends later.
   *
   * @param toStage makes what the method, or its fallback, returns a stage
   */
  CompletableFuture<Object> async(
      MethodInvocation invocation, Function<Object, CompletionStage<Object>> toStage) {
    Attempts attempts = new Attempts(invocation, true);
    Supplier<CompletionStage<Object>> body = () -> started(attempts::next, toStage);
    if (lastKnownGood == null && method.fallback() == null) {
      return guard.callAsync(body).toCompletableFuture();
    }
    CompletableFuture<Object> result = new CompletableFuture<>();
    if (lastKnownGood == null) {
      CompletionStage<Object> call = guard.callAsync(body);
      cancelWith(result, call);
      Stages.whenDone(call, (value, failure) -> end(result, invocation, toStage, value, failure));
    } else {
      var call = lastKnownGood.answerAsync(key(invocation), guard.decorateAsync(body));
      cancelWith(result, call);
      Stages.whenDone(
          call,
          (answer, failure) ->
              end(result, invocation, toStage, answer == null ? null : answer.value(), failure));
    }
    return result;
  }

  private void end(
      CompletableFuture<Object> result,
      MethodInvocation invocation,
      Function<Object, CompletionStage<Object>> toStage,
      @Nullable Object value,
      @Nullable Throwable failure) {
    if (failure == null) {
      complete(result, value, null);
      return;
    }
    Optional<Method> answering = answering(failure);
    if (answering.isEmpty() || result.isDone()) {
      complete(result, null, failure);
      return;
    }
    Stages.whenDone(
        Stages.start(() -> started(() -> answer(answering.get(), invocation, failure), toStage)),
        (answer, thrown) -> complete(result, answer, thrown));
  }

  @SuppressWarnings("NullAway") // null instead of a stage fails, as a throwing method does
  private static CompletionStage<Object> started(
      Callable<@Nullable Object> body, Function<Object, CompletionStage<Object>> toStage) {
    try {
      return toStage.apply(body.call());
    } catch (Exception e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @SuppressWarnings("NullAway") // a stage may end with null
  private static void complete(
      CompletableFuture<Object> result, @Nullable Object value, @Nullable Throwable failure) {
    if (failure == null) {
      result.complete(value);
    } else {
      result.completeExceptionally(failure);
    }
  }

  private static void cancelWith(CompletableFuture<?> result, CompletionStage<?> call) {
    CompletableFuture<?> unused =
        result.whenComplete(
            (value, failure) -> {
              if (result.isCancelled()) {
                Stages.cancel(call);
              }
            });
  }

  private Optional<Method> answering(Throwable failure) {
    FallbackMethods fallback = method.fallback();
    return fallback == null
            || !(failure instanceof Exception)
            || failure instanceof InterruptedException
            || failure instanceof NotRepeatableException
        ? Optional.empty()
        : fallback.answering(failure);
  }

  private @Nullable Object answer(Method answering, MethodInvocation invocation, Throwable failure)
      throws Exception {
    FallbackMethods fallback = method.fallback();
    return fallback == null
        ? null
        : fallback.answer(answering, invocation.getThis(), invocation.getArguments(), failure);
  }

  /** What the call is about; null, so that nothing is kept of it, where that cannot be told. */
  private @Nullable Object key(MethodInvocation invocation) {
    try {
      return new MethodKey(
          signature, method.key().of(invocation.getThis(), invocation.getArguments()));
    } catch (RuntimeException e) {
      if (keyFailed.compareAndSet(false, true)) {
        log.warn(
            "The key of {} cannot be told; such calls are answered without last known good. Later"
                + " failures are logged at DEBUG.",
            signature,
            e);
      } else {
        log.debug("The key of {} cannot be told", signature, e);
      }
      return null;
    }
  }

  /** A key among those of all methods of a guard, fit for stores outside of this process. */
  private record MethodKey(String method, @Nullable Object key) implements Serializable {
    @Override
    public String toString() {
      return method + '#' + key;
    }
  }

  /**
   * The attempts of one call: an invocation proceeds once, so each but a single one needs a copy.
   */
  private record Attempts(MethodInvocation invocation, boolean many) {
    @Nullable Object next() throws Exception {
      MethodInvocation attempt =
          many && invocation instanceof ProxyMethodInvocation proxied
              ? proxied.invocableClone()
              : invocation;
      try {
        return attempt.proceed();
      } catch (Exception | Error e) {
        throw e;
      } catch (Throwable t) {
        throw new UndeclaredThrowableException(t);
      }
    }
  }
}
