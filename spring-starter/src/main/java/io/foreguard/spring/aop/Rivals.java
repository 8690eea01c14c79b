package io.foreguard.spring.aop;

import io.foreguard.guard.Guard;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.resilience.annotation.ConcurrencyLimit;
import org.springframework.resilience.annotation.Retryable;

/** Annotations of others that do once more what a guard does already: one warning for each. */
final class Rivals {
  private static final Logger log = LoggerFactory.getLogger(Rivals.class);
  private static final String RESILIENCE4J = "io.github.resilience4j.";

  private Rivals() {}

  static void warn(Method method, Guard guard) {
    Retryable retryable = AnnotatedElementUtils.findMergedAnnotation(method, Retryable.class);
    if (retryable != null && retryable.predicate() != GuardRetryPredicate.class) {
      log.warn(
          "{} is @Retryable outside of guard '{}': each of its attempts passes the guard, outside"
              + " of the guard's retry budget. Use the guard's retry instead, or write"
              + " @Retryable(predicate = GuardRetryPredicate.class).",
          Signatures.of(method),
          guard.name());
    }
    boolean limited = AnnotatedElementUtils.hasAnnotation(method, ConcurrencyLimit.class);
    if (limited && (guard.bulkhead().isPresent() || guard.threadPoolBulkhead().isPresent())) {
      log.warn(
          "{} has a @ConcurrencyLimit outside of guard '{}', which has a bulkhead: the smaller of"
              + " the two limits, and the waits of both, are in force. Keep one of them.",
          Signatures.of(method),
          guard.name());
    }
    String others = resilience4j(method);
    if (!others.isEmpty()) {
      log.warn(
          "{} has {} of Resilience4j beside guard '{}': each protects the other's calls, and both"
              + " count what the other refused. Keep one of them.",
          Signatures.of(method),
          others,
          guard.name());
    }
  }

  private static String resilience4j(Method method) {
    return Stream.<AnnotatedElement>of(method, method.getDeclaringClass())
        .flatMap(of -> MergedAnnotations.from(of, SearchStrategy.TYPE_HIERARCHY).stream())
        .map(MergedAnnotation::getType)
        .filter(type -> type.getName().startsWith(RESILIENCE4J))
        .map(Class<? extends Annotation>::getSimpleName)
        .distinct()
        .sorted()
        .map(name -> "@" + name)
        .collect(Collectors.joining(", "));
  }
}
