package io.foreguard.spring;

import io.foreguard.fallback.Fallback;

/**
 * Told of each fallback that the starter makes: fallbacks are in no registry. Beans of this type
 * are told in their order. Must be thread-safe.
 */
@FunctionalInterface
public interface FallbackObserver {
  /** Called once for each fallback, when it is made. */
  void observe(Fallback<?> fallback);
}
