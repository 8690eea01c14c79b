package io.foreguard.spring;

import io.foreguard.evidence.Outcome;
import java.time.Duration;
import java.util.Optional;

/**
 * A failure that says itself what it tells about the dependency, such as an HTTP answer by its
 * status. An exception that implements it is judged by it in the guards of the starter, whatever
 * their properties say. Implementations must be immutable.
 */
public interface JudgedFailure {
  /** What the failure says about the dependency. */
  Outcome outcome();

  /** Whether the call may be made again. */
  boolean isRepeatable();

  /** How long the dependency asked to wait before the next attempt; empty if it did not. */
  Optional<Duration> retryAfter();
}
