package io.foreguard.spring.aop;

import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.GuardFactory;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.aopalliance.aop.Advice;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Pointcut;
import org.springframework.aop.support.AbstractPointcutAdvisor;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * Puts guards around the methods that are annotated so. What it needs is fetched when it is needed:
 * an advisor is made before other beans, and must not drag them along. Thread-safe.
 */
final class GuardedAdvisor extends AbstractPointcutAdvisor {
  private static final long serialVersionUID = 1L;

  private final transient GuardedMethods methods;
  private final transient Map<GuardedMethod, GuardedCalls> calls = new ConcurrentHashMap<>();
  private final int order;
  private final transient ObjectProvider<GuardFactory> factory;
  private final transient ObjectProvider<ForeguardRegistry> registry;

  GuardedAdvisor(
      int order,
      UnaryOperator<String> names,
      ObjectProvider<GuardFactory> factory,
      ObjectProvider<ForeguardRegistry> registry) {
    this.order = order;
    methods = new GuardedMethods(names);
    this.factory = factory;
    this.registry = registry;
  }

  @Override
  public int getOrder() {
    return order;
  }

  @Override
  public Pointcut getPointcut() {
    return new GuardedPointcut();
  }

  @Override
  public Advice getAdvice() {
    return (MethodInterceptor) this::invoke;
  }

  /**
   * What runs the calls of {@code method} of {@code type}; null when it is not guarded.
   *
   * @throws InvalidGuardedMethodException if it is guarded in a way that cannot work
   */
  @Nullable GuardedCalls calls(Method method, Class<?> type) {
    GuardedMethod guarded = methods.get(method, type);
    return guarded == null
        ? null
        : calls.computeIfAbsent(
            guarded, key -> new GuardedCalls(key, factory.getObject(), registry.getObject()));
  }

  private @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
    Object target = invocation.getThis();
    Method method = invocation.getMethod();
    Class<?> type = target == null ? method.getDeclaringClass() : AopUtils.getTargetClass(target);
    GuardedCalls guarded = calls(method, type);
    return guarded == null ? invocation.proceed() : guarded.call(invocation);
  }

  private static final class GuardedPointcut extends StaticMethodMatcherPointcut {
    @Override
    public boolean matches(Method method, Class<?> targetClass) {
      return AnnotationUtils.isCandidateClass(targetClass, Policies.TYPES)
          && GuardedMethods.annotated(method, targetClass) != null;
    }
  }
}
