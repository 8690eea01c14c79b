package io.foreguard.spring.annotation;

import io.foreguard.spring.Guarded;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.core.annotation.AliasFor;

/**
 * Answers with the last good answer of the same method and key when a call fails or is refused.
 *
 * <p>Answers are kept as {@code foreguard.guards.<name>.fallback.last-known-good} or the defaults
 * say; without either the start of the application fails. What a method gave is not given by
 * another.
 *
 * <p>It may stand beside other annotations of this package, each with the name of its own part;
 * what runs inside what does not depend on their order: last known good, retry, circuit breaker,
 * bulkhead, time-out. It cannot stand beside {@link Guarded}, which is all of them at once. What
 * methods may return, and when a call passes at all, is said there.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface LastKnownGood {
  /** Name of the guard whose answers are kept. Alias of {@link #name}. */
  @AliasFor("name")
  String value() default "";

  /**
   * Name of the guard whose answers are kept, which may hold placeholders. Required, here or as
   * {@link #value}.
   */
  @AliasFor("value")
  String name() default "";

  /** Name of the method that answers when the call fails, as in {@link Guarded#fallbackMethod}. */
  String fallbackMethod() default "";

  /** What the call is about, as in {@link Guarded#key}. */
  String key() default "";
}
