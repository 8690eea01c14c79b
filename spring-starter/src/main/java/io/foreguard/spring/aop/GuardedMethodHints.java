package io.foreguard.spring.aop;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.aot.BeanFactoryInitializationCode;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Makes fallback methods, and what keys are taken from, known ahead of time: both are reached by
 * reflection alone. What cannot work fails already then.
 */
final class GuardedMethodHints implements BeanFactoryInitializationAotProcessor {
  @Override
  public @Nullable BeanFactoryInitializationAotContribution processAheadOfTime(
      ConfigurableListableBeanFactory beans) {
    GuardedMethods methods = new GuardedMethods(name -> "known at run time");
    List<GuardedMethod> guarded = new ArrayList<>();
    GuardedTypes.forEach(
        beans,
        (method, type) -> {
          GuardedMethod read = methods.get(method, type);
          if (read != null) {
            guarded.add(read);
          }
        });
    return guarded.isEmpty() ? null : new Contribution(guarded);
  }

  private record Contribution(List<GuardedMethod> guarded)
      implements BeanFactoryInitializationAotContribution {
    @Override
    public void applyTo(GenerationContext context, BeanFactoryInitializationCode code) {
      ReflectionHints hints = context.getRuntimeHints().reflection();
      for (GuardedMethod method : guarded) {
        FallbackMethods fallback = method.fallback();
        if (fallback != null) {
          fallback.all().forEach(answer -> hints.registerMethod(answer, ExecutableMode.INVOKE));
        }
        if (!method.policies().key().isEmpty()) {
          registerKey(hints, method.method());
        }
      }
    }

    private static void registerKey(ReflectionHints hints, Method method) {
      hints.registerType(CallKey.Root.class, MemberCategory.INVOKE_PUBLIC_METHODS);
      for (Class<?> parameter : method.getParameterTypes()) {
        hints.registerType(parameter, MemberCategory.INVOKE_PUBLIC_METHODS);
      }
    }
  }
}
