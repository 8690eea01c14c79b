package io.foreguard.spring.aop;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Methods as people write them, for messages. */
final class Signatures {
  private Signatures() {}

  /** The method with its class and parameter types. */
  static String of(Method method) {
    return method.getDeclaringClass().getName() + "." + method.getName() + parameters(method);
  }

  /** Return type, name and parameter types. */
  static String inClass(Method method) {
    return name(method.getGenericReturnType()) + " " + method.getName() + parameters(method);
  }

  /** A method named {@code name} that could answer in the place of {@code method}. */
  static String fallback(Method method, String name) {
    List<String> parameters = new ArrayList<>();
    for (Parameter parameter : method.getParameters()) {
      parameters.add(name(parameter.getParameterizedType()) + " " + parameter.getName());
    }
    parameters.add("Exception failure");
    return "private "
        + name(method.getGenericReturnType())
        + " "
        + name
        + "("
        + String.join(", ", parameters)
        + ") { ... }";
  }

  private static String parameters(Method method) {
    return Arrays.stream(method.getGenericParameterTypes())
        .map(Signatures::name)
        .collect(Collectors.joining(", ", "(", ")"));
  }

  private static String name(Type type) {
    return type.getTypeName().replaceAll("[a-z][a-zA-Z0-9_]*\\.", "").replace('$', '.');
  }
}
