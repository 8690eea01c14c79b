package io.foreguard.spring.aop;

import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/** A method and how it is guarded, checked. Immutable. */
final class GuardedMethod {
  private static final @Nullable Class<?> PUBLISHER = publisher();

  private final Method method;
  private final Policies policies;
  private final Result result;
  private final CallKey key;
  private final @Nullable FallbackMethods fallback;

  /**
   * Checks what {@code policies} ask of {@code method} of {@code type}.
   *
   * @throws InvalidGuardedMethodException if it cannot work
   */
  GuardedMethod(Method method, Class<?> type, Policies policies) {
    this.method = method;
    this.policies = policies;
    result = resultOf(method);
    key = CallKey.of(method, policies.key());
    String name = policies.fallbackMethod();
    fallback = name.isEmpty() ? null : FallbackMethods.of(method, type, name);
  }

  Method method() {
    return method;
  }

  Policies policies() {
    return policies;
  }

  /** What the method returns. */
  Result result() {
    return result;
  }

  CallKey key() {
    return key;
  }

  @Nullable FallbackMethods fallback() {
    return fallback;
  }

  private static Result resultOf(Method method) {
    Class<?> type = method.getReturnType();
    return switch (type.getName()) {
      case "reactor.core.publisher.Mono" -> Result.MONO;
      case "reactor.core.publisher.Flux" -> Result.FLUX;
      default -> stageOrValue(method, type);
    };
  }

  private static Result stageOrValue(Method method, Class<?> type) {
    boolean stage = CompletionStage.class.isAssignableFrom(type);
    boolean deferred =
        stage
            || Future.class.isAssignableFrom(type)
            || Flow.Publisher.class.isAssignableFrom(type)
            || (PUBLISHER != null && PUBLISHER.isAssignableFrom(type));
    if (deferred && !(stage && type.isAssignableFrom(CompletableFuture.class))) {
      throw new InvalidGuardedMethodException(
          method,
          "it returns "
              + type.getName()
              + ", whose end a guard cannot see: every call would count as a success",
          "Return the value itself, a CompletionStage, a CompletableFuture, a Mono or a Flux.");
    }
    return stage ? Result.STAGE : Result.VALUE;
  }

  private static @Nullable Class<?> publisher() {
    String name = "org.reactivestreams.Publisher";
    ClassLoader loader = GuardedMethod.class.getClassLoader();
    return ClassUtils.isPresent(name, loader) ? ClassUtils.resolveClassName(name, loader) : null;
  }

  /** What a guarded method may return. */
  enum Result {
    VALUE,
    STAGE,
    MONO,
    FLUX
  }
}
