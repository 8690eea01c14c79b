package io.foreguard.spring;

import io.foreguard.fallback.Fallback;

/** Told of each fallback that the starter makes: fallbacks are in no registry. */
@FunctionalInterface
public interface FallbackObserver {
  /** Called once for each fallback, when it is made. */
  void observe(Fallback<?> fallback);
}
