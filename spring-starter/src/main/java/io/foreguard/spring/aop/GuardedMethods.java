package io.foreguard.spring.aop;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodClassKey;
import org.springframework.util.ClassUtils;

/** Finds out how methods are guarded, and remembers it. Thread-safe. */
final class GuardedMethods {
  private final Map<MethodClassKey, Optional<GuardedMethod>> known = new ConcurrentHashMap<>();

  private final UnaryOperator<String> names;

  /** Uses {@code names} to replace placeholders in the names of guards and parts. */
  GuardedMethods(UnaryOperator<String> names) {
    this.names = names;
  }

  /** What carries the annotations in force for {@code method} of {@code type}, or null. */
  static @Nullable AnnotatedElement annotated(Method method, Class<?> type) {
    Method specific = specific(method, type);
    if (Policies.areOn(specific)) {
      return specific;
    }
    Class<?> user = ClassUtils.getUserClass(type);
    return isPublicInstance(specific) && Policies.areOn(user) ? user : null;
  }

  /**
   * How {@code method} of {@code type} is guarded; null when it is not.
   *
   * @throws InvalidGuardedMethodException if it is in a way that cannot work
   */
  @Nullable GuardedMethod get(Method method, Class<?> type) {
    return known
        .computeIfAbsent(new MethodClassKey(method, type), key -> read(method, type))
        .orElse(null);
  }

  private Optional<GuardedMethod> read(Method method, Class<?> type) {
    AnnotatedElement annotated = annotated(method, type);
    if (annotated == null) {
      return Optional.empty();
    }
    Method specific = specific(method, type);
    Policies policies = Policies.of(annotated, specific, names);
    return Optional.of(new GuardedMethod(specific, ClassUtils.getUserClass(type), policies));
  }

  private static Method specific(Method method, Class<?> type) {
    return AopUtils.getMostSpecificMethod(method, ClassUtils.getUserClass(type));
  }

  private static boolean isPublicInstance(Method method) {
    return Modifier.isPublic(method.getModifiers())
        && !Modifier.isStatic(method.getModifiers())
        && method.getDeclaringClass() != Object.class;
  }
}
