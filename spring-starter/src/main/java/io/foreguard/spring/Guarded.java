package io.foreguard.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AliasFor;

/**
 * Runs the calls of a Spring bean's method inside the guard of that name; on a type, those of all
 * its public methods. The method's annotation wins over the type's.
 *
 * <pre>{@code
 * @Guarded(name = "points", key = "#customer", fallbackMethod = "unknown")
 * public Points points(String customer) { ... }
 *
 * private Points unknown(String customer, CircuitOpenException refusal) { ... }
 * }</pre>
 *
 * <p>The guard is the one configured under {@code foreguard.guards.<name>}, or one made from {@code
 * foreguard.defaults} when nothing is. Methods may return a {@link
 * java.util.concurrent.CompletionStage} or {@link java.util.concurrent.CompletableFuture}, which is
 * then guarded until it is done, or anything else but other futures and publishers. What does not
 * fit fails the start of the application.
 *
 * <p>Of a method that returns a Reactor {@code Mono} or {@code Flux} each subscription is a call,
 * which runs the method, and for each further attempt once more. A {@code Flux} is guarded, its
 * time-out included, until its end; once it has delivered elements it is neither tried again nor
 * answered by a fallback method, and its elements are no last known good answer.
 *
 * <p>As with every Spring proxy, calls from within the bean itself do not pass the guard, and
 * neither do those of private, static or final methods.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Guarded {
  /**
   * Order of the advice unless {@code foreguard.aspect-order} says otherwise: outside of
   * transactions and caches.
   */
  int ASPECT_ORDER = Ordered.LOWEST_PRECEDENCE - 10;

  /** Name of the guard. Alias of {@link #name}. */
  @AliasFor("name")
  String value() default "";

  /** Name of the guard, usually that of the dependency. Required, here or as {@link #value}. */
  @AliasFor("value")
  String name() default "";

  /**
   * Name of the method that answers when the call fails or is refused. It is in the same class or
   * above it, may be private, has the return type of the guarded method and its parameters, and may
   * have an exception as its last parameter: it then answers those alone. Of several methods of
   * that name the one with the most specific exception answers. Without one that fits the failure
   * goes to the caller. An {@link Error} or {@link InterruptedException} is never answered.
   */
  String fallbackMethod() default "";

  /**
   * What the call is about, as a SpEL expression over {@code #parameterName}, {@code #root.args},
   * {@code #root.method} and {@code #root.target}. Where the guard keeps last known good answers,
   * they are given to the same method and key alone. Default: all arguments.
   */
  String key() default "";
}
