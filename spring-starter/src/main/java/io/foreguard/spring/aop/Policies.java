package io.foreguard.spring.aop;

import io.foreguard.spring.Guarded;
import io.foreguard.spring.PartNames;
import io.foreguard.spring.annotation.Bulkhead;
import io.foreguard.spring.annotation.CircuitBreaker;
import io.foreguard.spring.annotation.LastKnownGood;
import io.foreguard.spring.annotation.Retry;
import io.foreguard.spring.annotation.Timeout;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.StringUtils;

/**
 * What the annotations on a method, or on its type, ask for. Immutable.
 *
 * @param guard name of the guard, unless single policies are asked for
 * @param parts names of the parts otherwise
 * @param lastKnownGood name under which good answers are kept, if they are asked for
 * @param fallbackMethod name of the methods that answer, or empty
 * @param key expression of what a call is about, or empty
 */
record Policies(
    Optional<String> guard,
    PartNames parts,
    Optional<String> lastKnownGood,
    String fallbackMethod,
    String key) {
  static final Set<Class<? extends Annotation>> TYPES =
      Set.of(
          Guarded.class,
          CircuitBreaker.class,
          Retry.class,
          Bulkhead.class,
          Timeout.class,
          LastKnownGood.class);

  /** Whether {@code element} itself, or what it overrides or extends, is annotated so. */
  static boolean areOn(AnnotatedElement element) {
    MergedAnnotations all = annotations(element);
    return TYPES.stream().anyMatch(all::isPresent);
  }

  /**
   * Reads the annotations on {@code element}.
   *
   * @param method the method they are for, as messages name it
   * @param names replaces the placeholders in a name
   * @throws InvalidGuardedMethodException if one has no name, or two contradict each other
   */
  static Policies of(AnnotatedElement element, Method method, UnaryOperator<String> names) {
    return new Reader(annotations(element), method, names).read();
  }

  private static MergedAnnotations annotations(AnnotatedElement element) {
    return MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY);
  }

  private record Reader(MergedAnnotations annotations, Method method, UnaryOperator<String> names) {
    Policies read() {
      Optional<String> guard = name(Guarded.class);
      PartNames parts =
          new PartNames(
              name(CircuitBreaker.class),
              name(Retry.class),
              name(Bulkhead.class),
              name(Timeout.class));
      Optional<String> lastKnownGood = name(LastKnownGood.class);
      if (guard.isPresent() && (!parts.isEmpty() || lastKnownGood.isPresent())) {
        throw fight(guard.get());
      }
      return new Policies(
          guard,
          parts,
          guard.isPresent() ? guard : lastKnownGood,
          only("fallbackMethod", TYPES),
          only("key", Set.of(Guarded.class, LastKnownGood.class)));
    }

    private Optional<String> name(Class<? extends Annotation> type) {
      MergedAnnotation<?> annotation = annotations.get(type);
      if (!annotation.isPresent()) {
        return Optional.empty();
      }
      String name = annotation.getString("name");
      if (!StringUtils.hasText(name)) {
        throw new InvalidGuardedMethodException(
            method,
            (type == Guarded.class ? "its guard" : "its @" + type.getSimpleName()) + " has no name",
            "Name it, usually as the dependency: @" + type.getSimpleName() + "(\"loyalty\").");
      }
      try {
        String resolved = names.apply(name);
        if (!resolved.contains("${")) {
          return Optional.of(resolved);
        }
      } catch (IllegalArgumentException e) {
        // as when the placeholder is left where it is, which it is in contexts without a configurer
      }
      throw new InvalidGuardedMethodException(
          method,
          "the placeholder in the name \"" + name + "\" cannot be resolved",
          "Set that property, or give it a default: ${name.of.property:default}.");
    }

    private InvalidGuardedMethodException fight(String guard) {
      String others =
          present()
              .filter(type -> type != Guarded.class)
              .map(this::at)
              .collect(Collectors.joining(" and "));
      return new InvalidGuardedMethodException(
          method,
          "it has both @Guarded and " + others + ": a guard has these parts already",
          "Keep @Guarded and set what the others should do under foreguard.guards."
              + guard
              + ", or keep the others and take @Guarded away.");
    }

    /** The one value that {@code attribute} has where it is set. */
    private String only(String attribute, Set<Class<? extends Annotation>> of) {
      List<String> values =
          present()
              .filter(of::contains)
              .map(type -> annotations.get(type).getString(attribute))
              .filter(value -> !value.isEmpty())
              .distinct()
              .toList();
      if (values.size() > 1) {
        throw new InvalidGuardedMethodException(
            method,
            "its annotations disagree about " + attribute + ": " + String.join(", ", values),
            "Set " + attribute + " in one of them alone; it holds for the whole call.");
      }
      return values.isEmpty() ? "" : values.get(0);
    }

    private Stream<Class<? extends Annotation>> present() {
      return TYPES.stream()
          .filter(annotations::isPresent)
          .sorted(Comparator.comparing(Class::getSimpleName));
    }

    private String at(Class<? extends Annotation> type) {
      return "@" + type.getSimpleName();
    }
  }
}
