package io.foreguard.resilience4j;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What decides behind the face of a Resilience4j breaker, which has judged already whether a call
 * failed. Calls come without a permit: how long one took is all that tells when it was admitted.
 * Thread-safe.
 */
interface Engine {
  /** Admits a call, or counts that it was refused. */
  boolean admit();

  /** An admitted call was not made. */
  void release();

  /** An admitted call brought no evidence. */
  void ignored(long duration, TimeUnit unit);

  /** An admitted call succeeded. */
  void succeeded(long duration, TimeUnit unit);

  /** An admitted call failed. */
  void failed(long duration, TimeUnit unit, Throwable failure);

  /** The result of a call asks for the circuit to open; for the usual wait when none is given. */
  void openOnResult(@Nullable Duration wait);

  State state();

  CircuitBreaker.Metrics metrics();

  /**
   * Moves to a state on an operator's word.
   *
   * @throws io.github.resilience4j.circuitbreaker.IllegalStateTransitionException if Resilience4j
   *     knows no such transition
   */
  void transitionTo(State state);

  /** Opens the circuit for {@code wait}, on an operator's word. */
  void openFor(Duration wait);

  /** Closes the circuit from whatever state and forgets its calls. */
  void reset();
}
