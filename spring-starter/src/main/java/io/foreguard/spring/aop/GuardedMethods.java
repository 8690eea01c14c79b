package io.foreguard.spring.aop;

import io.foreguard.spring.Guarded;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;

/** Finds out how methods are guarded, and remembers it. Thread-safe. */
final class GuardedMethods {
  private final Map<MethodClassKey, Optional<GuardedMethod>> known = new ConcurrentHashMap<>();

  /** The annotation in force for {@code method} of {@code type}, or null. */
  static @Nullable Guarded annotation(Method method, Class<?> type) {
    Method specific = specific(method, type);
    Guarded own = AnnotatedElementUtils.findMergedAnnotation(specific, Guarded.class);
    if (own != null || !isPublicInstance(specific)) {
      return own;
    }
    return AnnotatedElementUtils.findMergedAnnotation(ClassUtils.getUserClass(type), Guarded.class);
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

  private static Optional<GuardedMethod> read(Method method, Class<?> type) {
    Guarded annotation = annotation(method, type);
    return annotation == null
        ? Optional.empty()
        : Optional.of(
            new GuardedMethod(specific(method, type), ClassUtils.getUserClass(type), annotation));
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
