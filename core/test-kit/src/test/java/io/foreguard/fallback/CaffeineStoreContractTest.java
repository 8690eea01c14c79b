package io.foreguard.fallback;

import io.foreguard.test.contract.LastKnownGoodStoreContract;
import io.foreguard.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;

/** In the store's package, which alone may make one. */
class CaffeineStoreContractTest extends LastKnownGoodStoreContract {
  private static final long MOST = 500;

  @Override
  protected LastKnownGoodStore<String> store(Clock clock) {
    LastKnownGoodConfig config =
        LastKnownGoodConfig.builder().maximumAge(Duration.ofMinutes(1)).maximumSize(MOST).build();
    return CaffeineStore.create(config, clock);
  }

  @Override
  protected OptionalLong maximumSize() {
    return OptionalLong.of(MOST);
  }
}
