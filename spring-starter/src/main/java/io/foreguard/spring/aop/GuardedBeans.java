package io.foreguard.spring.aop;

import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.GuardFactory;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Checks the guarded methods of all beans when the application starts, those of beans that do not
 * exist yet included, and makes their guards, so that health and metrics show them from the start.
 */
final class GuardedBeans implements SmartInitializingSingleton {
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
    GuardedTypes.forEach(beans, this::check);
  }

  private void check(Method method, Class<?> type) {
    int modifiers = method.getModifiers();
    boolean own = Policies.areOn(method);
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
    if (calls != null) {
      Rivals.warn(method, calls.guard());
    }
  }
}
