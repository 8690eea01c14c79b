package io.foreguard.circuitbreaker;

import io.foreguard.event.internal.CallerContext;
import io.foreguard.evidence.Outcome;
import io.foreguard.internal.Require;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The right to make one call, for code that cannot hand its call over as a function. Settle it
 * exactly once, with the first of the methods below; every later settling does nothing and answers
 * false.
 *
 * <p>Closing an unsettled permit releases it without evidence, so it fits try-with-resources. A
 * permit that is never settled is written off when its lease ends. Thread-safe.
 */
public final class Permit implements AutoCloseable {
  private static final VarHandle SETTLED;

  static {
    try {
      SETTLED = MethodHandles.lookup().findVarHandle(Permit.class, "settled", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final CircuitBreaker breaker;
  private final long token;
  private final long startNanos;

  /** What the breakers of the call's keys granted, as a list; null when there are none. */
  private final @Nullable Permit keyed;

  private final CallerContext callerContext = CallerContext.capture();
  private volatile boolean settled;

  Permit(CircuitBreaker breaker, long token, long startNanos) {
    this(breaker, token, startNanos, null);
  }

  Permit(CircuitBreaker breaker, long token, long startNanos, @Nullable Permit keyed) {
    this.keyed = keyed;
    this.breaker = breaker;
    this.token = token;
    this.startNanos = startNanos;
  }

  /** Whether the call is a probe of an open or recovering circuit; that of a key does not count. */
  public boolean isProbe() {
    return Tokens.kind(token) == Tokens.LEASED;
  }

  /** When the permit was granted, in nanoseconds of the breaker's clock. */
  public long startNanos() {
    return startNanos;
  }

  /**
   * The call succeeded, whatever the classifier thinks. Answers whether this settled the permit.
   */
  public boolean success() {
    return record(Outcome.SUCCESS);
  }

  /** The call returned {@code value}, which the breaker's classifier judges. */
  public boolean result(@Nullable Object value) {
    if (!first()) {
      return false;
    }
    if (keyed != null) {
      return settle(breaker.classify(value, null));
    }
    callerContext.run(
        () -> {
          long unused = breaker.returned(token, startNanos, value);
        });
    return true;
  }

  /** The call threw {@code thrown}, which the breaker's classifier judges. */
  public boolean failure(Throwable thrown) {
    Require.nonNull(thrown, "thrown");
    return first() && settle(breaker.classify(null, thrown));
  }

  /** The call ended with {@code outcome}. Answers whether this settled the permit. */
  public boolean record(Outcome outcome) {
    Require.nonNull(outcome, "outcome");
    return first() && settle(outcome);
  }

  /**
   * Like {@link #record(Outcome)}, for who has read the breaker's clock already.
   *
   * @param nowNanos when the call ended, in nanoseconds of {@link CircuitBreaker#clock()}
   * @throws IllegalArgumentException if that is before {@link #startNanos()}
   */
  public boolean record(Outcome outcome, long nowNanos) {
    Require.nonNull(outcome, "outcome");
    if (nowNanos - startNanos < 0) {
      throw new IllegalArgumentException("nowNanos must not be before startNanos");
    }
    return first() && settle(outcome, nowNanos);
  }

  /** The call was not made, or says nothing. Answers whether this settled the permit. */
  public boolean release() {
    return first() && settle(Outcome.IGNORED);
  }

  /** Releases the permit if it is not settled. */
  @Override
  public void close() {
    release();
  }

  /** The call's thread was interrupted: the caller has given it up, unless that is evidence. */
  void interrupted(InterruptedException thrown) {
    if (first()) {
      Outcome outcome = breaker.classify(null, thrown);
      settle(outcome == Outcome.IGNORED ? breaker.givenUp(startNanos) : outcome);
    }
  }

  /** The caller gave the call up. */
  void giveUp() {
    if (first()) {
      settle(breaker.givenUp(startNanos));
    }
  }

  private boolean first() {
    return !settled && SETTLED.compareAndSet(this, false, true);
  }

  private boolean settle(Outcome outcome) {
    return settle(outcome, breaker.clock().nanoTime());
  }

  private boolean settle(Outcome outcome, long now) {
    callerContext.run(
        () -> {
          if (keyed == null) {
            breaker.settle(token, startNanos, now, outcome);
          } else {
            Keys.settle(this, keyed, outcome, now);
          }
        });
    return true;
  }

  CircuitBreaker breaker() {
    return breaker;
  }

  long token() {
    return token;
  }

  @Nullable Permit keyed() {
    return keyed;
  }
}
