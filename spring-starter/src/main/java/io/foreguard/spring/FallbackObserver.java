package io.foreguard.spring;

import io.foreguard.fallback.Fallback;

/** Told of each fallback that the starter makes: fallbacks are in no registry. */
@FunctionalInterface
interface FallbackObserver {
  void observe(Fallback<?> fallback);
}
