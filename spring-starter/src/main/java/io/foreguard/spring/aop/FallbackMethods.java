package io.foreguard.spring.aop;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ReflectionUtils;

/** The methods that answer in the place of one guarded method. Immutable. */
final class FallbackMethods {
  private final List<Method> mostSpecificFirst;
  private final int parameters;

  private FallbackMethods(List<Method> mostSpecificFirst, int parameters) {
    this.mostSpecificFirst = mostSpecificFirst;
    this.parameters = parameters;
  }

  /**
   * The methods named {@code name} that can answer for {@code guarded}.
   *
   * @throws InvalidGuardedMethodException if there is none
   */
  static FallbackMethods of(Method guarded, Class<?> type, String name) {
    List<Method> named =
        Arrays.stream(ReflectionUtils.getUniqueDeclaredMethods(type))
            .filter(m -> m.getName().equals(name) && !m.isBridge() && !m.equals(guarded))
            .toList();
    List<Method> fitting =
        named.stream()
            .filter(candidate -> fits(candidate, guarded))
            .sorted(Comparator.comparing(FallbackMethods::depth).reversed())
            .toList();
    if (fitting.isEmpty()) {
      throw new InvalidGuardedMethodException(
          guarded, problem(type, name, named), remedy(guarded, name));
    }
    fitting.forEach(ReflectionUtils::makeAccessible);
    return new FallbackMethods(fitting, guarded.getParameterCount());
  }

  /** All of them. */
  List<Method> all() {
    return mostSpecificFirst;
  }

  /** The method that answers {@code failure}, if one does. */
  Optional<Method> answering(Throwable failure) {
    return mostSpecificFirst.stream().filter(method -> accepts(method, failure)).findFirst();
  }

  /**
   * What {@code method} answers.
   *
   * @throws Exception what it throws, with {@code failure} suppressed in it
   */
  @Nullable Object answer(
      Method method, @Nullable Object target, @Nullable Object[] arguments, Throwable failure)
      throws Exception {
    @Nullable Object[] all = arguments;
    if (method.getParameterCount() > parameters) {
      all = Arrays.copyOf(arguments, parameters + 1);
      all[parameters] = failure;
    }
    try {
      return method.invoke(target, all);
    } catch (InvocationTargetException e) {
      Throwable thrown = e.getTargetException();
      if (thrown != failure) {
        thrown.addSuppressed(failure);
      }
      if (thrown instanceof Error error) {
        throw error;
      }
      throw thrown instanceof Exception exception ? exception : e;
    }
  }

  private boolean accepts(Method method, Throwable failure) {
    return method.getParameterCount() == parameters
        || method.getParameterTypes()[parameters].isInstance(failure);
  }

  private static boolean fits(Method candidate, Method guarded) {
    Class<?>[] wanted = guarded.getParameterTypes();
    Class<?>[] found = candidate.getParameterTypes();
    boolean extra =
        found.length == wanted.length + 1 && Throwable.class.isAssignableFrom(found[wanted.length]);
    return (found.length == wanted.length || extra)
        && Arrays.equals(wanted, Arrays.copyOf(found, wanted.length))
        && guarded.getReturnType().isAssignableFrom(candidate.getReturnType());
  }

  /**
   * Distance of the last parameter from Object: the exceptions that match one failure form a line.
   */
  private static int depth(Method method) {
    int count = method.getParameterCount();
    Class<?> last = count == 0 ? Object.class : method.getParameterTypes()[count - 1];
    if (!Throwable.class.isAssignableFrom(last)) {
      return 0;
    }
    int depth = 0;
    for (Class<?> type = last; type != null; type = type.getSuperclass()) {
      depth++;
    }
    return depth;
  }

  private static String problem(Class<?> type, String name, List<Method> named) {
    return named.isEmpty()
        ? "there is no method '" + name + "' in " + type.getName() + " or above it"
        : "no method '"
            + name
            + "' has its parameters and its return type; found "
            + named.stream().map(Signatures::inClass).sorted().collect(Collectors.joining(", "));
  }

  private static String remedy(Method guarded, String name) {
    return "Write a fallback method with the same parameters and return type, and if wanted an"
        + " exception as its last parameter:\n\n    "
        + Signatures.fallback(guarded, name);
  }
}
