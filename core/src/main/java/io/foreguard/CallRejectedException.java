package io.foreguard;

import java.time.Duration;
import java.util.Objects;

/**
 * Root of every refusal: the protected call did not run, so trying again later is safe.
 *
 * <p>Carries no stack trace, because refusals are frequent and say where they come from by name.
 * Immutable but for what {@link Throwable} itself allows to change.
 */
public abstract class CallRejectedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String source;
  private final long retryAfterNanos;

  /**
   * Creates a refusal without stack trace.
   *
   * @param source name of the breaker, bulkhead or guard that refused
   * @param message what happened, in words
   * @param retryAfter earliest useful time for another try, from now; {@link Duration#ZERO} when
   *     unknown; more than 292 years count as 292 years
   */
  protected CallRejectedException(String source, String message, Duration retryAfter) {
    this(source, message, saturatedNanos(Objects.requireNonNull(retryAfter, "retryAfter")));
  }

  /**
   * Creates a refusal without stack trace, and without a {@link Duration} that perhaps nobody asks
   * for.
   *
   * @param source name of the breaker, bulkhead or guard that refused
   * @param message what happened, in words
   * @param retryAfterNanos earliest useful time for another try, in nanoseconds from now; 0 when
   *     unknown
   */
  protected CallRejectedException(String source, String message, long retryAfterNanos) {
    super(message, null, false, false);
    this.source = Objects.requireNonNull(source, "source");
    this.retryAfterNanos = retryAfterNanos;
  }

  /** Name of the breaker, bulkhead or guard that refused the call. */
  public final String source() {
    return source;
  }

  /** Time from the refusal after which another try may be admitted; zero when unknown. */
  public Duration retryAfter() {
    return Duration.ofNanos(retryAfterNanos);
  }

  private static long saturatedNanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException e) {
      return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }
}
