package io.foreguard.spring.aop;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.interceptor.SimpleKeyGenerator;
import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.standard.SpelExpressionParser;

/** What a call is about: the value of an expression, or all arguments. Thread-safe. */
final class CallKey {
  private static final SpelExpressionParser PARSER = new SpelExpressionParser();
  private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

  private final Method method;
  private final @Nullable Expression expression;

  private CallKey(Method method, @Nullable Expression expression) {
    this.method = method;
    this.expression = expression;
  }

  /**
   * The key that {@code text} describes; all arguments when it is empty.
   *
   * @throws InvalidGuardedMethodException if it is no expression
   */
  static CallKey of(Method method, String text) {
    if (text.isEmpty()) {
      return new CallKey(method, null);
    }
    try {
      return new CallKey(method, PARSER.parseExpression(text));
    } catch (ParseException e) {
      throw new InvalidGuardedMethodException(
          method,
          "its key \"" + text + "\" is not a SpEL expression: " + e.getMessage(),
          "Write the key as an expression over the parameters, for example key = \"#id\".");
    }
  }

  @Nullable Object of(@Nullable Object target, @Nullable Object[] arguments) {
    if (expression == null) {
      return SimpleKeyGenerator.generateKey(arguments);
    }
    Root root = new Root(target, method, arguments);
    return expression.getValue(new MethodBasedEvaluationContext(root, method, arguments, NAMES));
  }

  /** What {@code #root} is. Its getters are public for the expression's sake. */
  static final class Root {
    private final @Nullable Object target;
    private final Method method;
    private final @Nullable Object[] args;

    Root(@Nullable Object target, Method method, @Nullable Object[] args) {
      this.target = target;
      this.method = method;
      this.args = args;
    }

    public @Nullable Object getTarget() {
      return target;
    }

    public Method getMethod() {
      return method;
    }

    public @Nullable Object[] getArgs() {
      return args;
    }
  }
}
