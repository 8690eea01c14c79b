package io.foreguard.spring;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * Names of single parts that a call is to run through. Immutable.
 *
 * @param circuitBreaker name of the circuit breaker, if one is wanted
 * @param retry name of the retry, if one is wanted
 * @param bulkhead name of the bulkhead, if one is wanted
 * @param timeout name of the time-out, if one is wanted
 */
public record PartNames(
    Optional<String> circuitBreaker,
    Optional<String> retry,
    Optional<String> bulkhead,
    Optional<String> timeout) {
  /** Whether no part is wanted. */
  public boolean isEmpty() {
    return all().findAny().isEmpty();
  }

  /** The name of the whole: that of the outermost part. */
  String name() {
    return all().findFirst().orElse("none");
  }

  private Stream<String> all() {
    return Stream.of(retry, circuitBreaker, bulkhead, timeout).flatMap(Optional::stream);
  }
}
