package io.foreguard.spring;

import io.foreguard.fallback.LastKnownGoodStore;
import io.foreguard.test.contract.LastKnownGoodStoreContract;
import io.foreguard.time.Clock;
import org.springframework.cache.concurrent.ConcurrentMapCache;

/** In the store's package, which alone may make one. */
class SpringCacheStoreContractTest extends LastKnownGoodStoreContract {
  @Override
  protected LastKnownGoodStore<String> store(Clock clock) {
    return new SpringCacheStore<>(new ConcurrentMapCache("answers"), clock);
  }
}
