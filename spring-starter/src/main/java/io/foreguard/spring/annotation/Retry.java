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
 * Tries the calls of a Spring bean's method again by the retry of that name.
 *
 * <p>It is the retry that a guard of that name has: made of {@code foreguard.guards.<name>.retry},
 * or of {@code foreguard.defaults.retry}. Beside a {@link CircuitBreaker} it tries again only where
 * the breaker deems it worth it.
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
public @interface Retry {
  /** Name of the retry. Alias of {@link #name}. */
  @AliasFor("name")
  String value() default "";

  /** Name of the retry, which may hold placeholders. Required, here or as {@link #value}. */
  @AliasFor("value")
  String name() default "";

  /** Name of the method that answers when the call fails, as in {@link Guarded#fallbackMethod}. */
  String fallbackMethod() default "";
}
