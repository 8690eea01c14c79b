package io.foreguard.spring.test;

import io.foreguard.spring.Guarded;
import io.foreguard.spring.annotation.Bulkhead;
import io.foreguard.spring.annotation.CircuitBreaker;
import io.foreguard.spring.annotation.LastKnownGood;
import io.foreguard.spring.annotation.Retry;
import io.foreguard.spring.annotation.Timeout;
import io.foreguard.test.ScriptedDependency;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.aopalliance.aop.Advice;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Pointcut;
import org.springframework.aop.support.AbstractPointcutAdvisor;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/**
 * Lets the calls of guarded methods go through what was scripted, inside of the guard and of every
 * other advice. Thread-safe.
 */
final class GuardFaultsAdvisor extends AbstractPointcutAdvisor {
  private static final long serialVersionUID = 1L;
  private static final List<Class<? extends Annotation>> POLICIES =
      List.of(
          Guarded.class,
          CircuitBreaker.class,
          Retry.class,
          Bulkhead.class,
          Timeout.class,
          LastKnownGood.class);

  private final transient ObjectProvider<GuardFaults> faults;

  GuardFaultsAdvisor(ObjectProvider<GuardFaults> faults) {
    this.faults = faults;
  }

  @Override
  public int getOrder() {
    return Ordered.LOWEST_PRECEDENCE;
  }

  @Override
  public Pointcut getPointcut() {
    return new GuardedPointcut();
  }

  @Override
  public Advice getAdvice() {
    return (MethodInterceptor) this::invoke;
  }

  private @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
    Object target = invocation.getThis();
    Method method = invocation.getMethod();
    Class<?> type = target == null ? method.getDeclaringClass() : AopUtils.getTargetClass(target);
    Optional<ScriptedDependency> script =
        names(method, type).stream().flatMap(name -> scripted(name).stream()).findFirst();
    return script.isPresent() ? through(script.get(), invocation) : invocation.proceed();
  }

  private Optional<ScriptedDependency> scripted(String name) {
    return faults.getObject().find(name);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // it is what the method returns
  private static @Nullable Object through(ScriptedDependency script, MethodInvocation invocation)
      throws Exception {
    Class<?> returned = invocation.getMethod().getReturnType();
    if (CompletionStage.class.isAssignableFrom(returned)) {
      return script.callAsync(() -> stage(invocation)).toCompletableFuture();
    }
    return switch (returned.getName()) {
      case "reactor.core.publisher.Mono" -> ReactiveFaults.mono(script, () -> proceed(invocation));
      case "reactor.core.publisher.Flux" -> ReactiveFaults.flux(script, () -> proceed(invocation));
      default -> script.<@Nullable Object>call(() -> proceed(invocation));
    };
  }

  @SuppressWarnings("unchecked") // the method returns a stage
  private static CompletionStage<@Nullable Object> stage(MethodInvocation invocation) {
    try {
      Object returned = proceed(invocation);
      return returned == null
          ? CompletableFuture.failedFuture(new NullPointerException("null instead of a stage"))
          : (CompletionStage<@Nullable Object>) returned;
    } catch (Exception e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static @Nullable Object proceed(MethodInvocation invocation) throws Exception {
    try {
      return invocation.proceed();
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable t) {
      throw new UndeclaredThrowableException(t);
    }
  }

  /** Names of the guard, or of the single parts, around calls, found as the starter finds them. */
  private static List<String> names(Method method, Class<?> type) {
    Class<?> user = ClassUtils.getUserClass(type);
    Method specific = AopUtils.getMostSpecificMethod(method, user);
    List<String> own = names(specific);
    int modifiers = specific.getModifiers();
    boolean byType =
        Modifier.isPublic(modifiers)
            && !Modifier.isStatic(modifiers)
            && specific.getDeclaringClass() != Object.class;
    return own.isEmpty() && byType ? names(user) : own;
  }

  private static List<String> names(AnnotatedElement element) {
    MergedAnnotations all = MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY);
    return POLICIES.stream()
        .map(all::get)
        .filter(MergedAnnotation::isPresent)
        .map(policy -> policy.getString("name"))
        .toList();
  }

  private static final class GuardedPointcut extends StaticMethodMatcherPointcut {
    @Override
    public boolean matches(Method method, Class<?> targetClass) {
      return !names(method, targetClass).isEmpty();
    }
  }
}
