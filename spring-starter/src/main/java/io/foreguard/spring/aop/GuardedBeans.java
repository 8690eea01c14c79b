package io.foreguard.spring.aop;

import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.GuardFactory;
import io.foreguard.spring.Guarded;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.resilience.annotation.Retryable;

/**
 * Checks the guarded methods of all beans when the application starts, those of beans that do not
 * exist yet included, and makes their guards, so that health and metrics show them from the start.
 */
final class GuardedBeans implements SmartInitializingSingleton {
  private static final Logger log = LoggerFactory.getLogger(GuardedBeans.class);

  private final ConfigurableListableBeanFactory beans;
  private final GuardedAdvisor advisor;
  private final GuardFactory factory;
  private final ForeguardRegistry registry;

  GuardedBeans(
      ConfigurableListableBeanFactory beans,
      GuardedAdvisor advisor,
      GuardFactory factory,
      ForeguardRegistry registry) {
    this.beans = beans;
    this.advisor = advisor;
    this.factory = factory;
    this.registry = registry;
  }

  @Override
  public void afterSingletonsInstantiated() {
    factory.createConfigured(registry);
    for (String name : beans.getBeanDefinitionNames()) {
      Class<?> type = type(name);
      if (type != null && AnnotationUtils.isCandidateClass(type, Guarded.class)) {
        check(type);
      }
    }
  }

  private @Nullable Class<?> type(String bean) {
    try {
      return AutoProxyUtils.determineTargetClass(beans, bean);
    } catch (RuntimeException | LinkageError e) {
      log.debug("The type of bean '{}' cannot be told; its methods are not checked", bean, e);
      return null;
    }
  }

  private void check(Class<?> type) {
    Map<Method, Guarded> guarded =
        MethodIntrospector.selectMethods(
            type,
            (MethodIntrospector.MetadataLookup<Guarded>)
                method -> GuardedMethods.annotation(method, type));
    guarded.keySet().forEach(method -> check(method, type));
  }

  private void check(Method method, Class<?> type) {
    int modifiers = method.getModifiers();
    boolean own = AnnotatedElementUtils.hasAnnotation(method, Guarded.class);
    boolean reached =
        !Modifier.isPrivate(modifiers)
            && !Modifier.isStatic(modifiers)
            && !Modifier.isFinal(modifiers);
    if (own && !reached) {
      throw new InvalidGuardedMethodException(
          method,
          "it is private, static or final: its calls do not pass the proxy and would be unguarded",
          "Make the method public and neither static nor final.");
    }
    GuardedCalls calls = advisor.calls(method, type);
    if (calls != null && AnnotatedElementUtils.hasAnnotation(method, Retryable.class)) {
      log.warn(
          "{} is @Retryable outside of guard '{}': each of its attempts passes the guard, outside"
              + " of the guard's retry budget. Use the guard's retry instead, or exclude"
              + " io.foreguard.CallRejectedException.",
          Signatures.of(method),
          calls.guard().name());
    }
  }
}
