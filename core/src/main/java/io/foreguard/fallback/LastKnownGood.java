package io.foreguard.fallback;

import io.foreguard.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers with the last answer that was good, if it is not too old. Thread-safe. */
final class LastKnownGood<T extends @Nullable Object> implements Step<T> {
  private static final Logger log = LoggerFactory.getLogger(LastKnownGood.class);

  private final LastKnownGoodStore<T> store;
  private final long maximumAgeNanos;
  private final Clock clock;
  private volatile boolean storeFailed;

  LastKnownGood(LastKnownGoodStore<T> store, Duration maximumAge, Clock clock) {
    this.store = store;
    this.maximumAgeNanos = maximumAge.toNanos();
    this.clock = clock;
  }

  @Override
  public @Nullable Answer<T> answer(Object key, Throwable failure) {
    LastKnownGoodStore.Stored<T> stored;
    try {
      stored = store.get(key);
    } catch (Exception e) {
      report("read", e);
      return null;
    }
    if (stored == null) {
      return null;
    }
    long age = Math.max(0, clock.nanoTime() - stored.storedNanos());
    return age <= maximumAgeNanos
        ? Answer.stale(stored.value(), Duration.ofNanos(age), failure)
        : null;
  }

  @Override
  public void remember(Object key, T value, @Nullable Object from, long nanos) {
    if (value == null) {
      return;
    }
    try {
      store.put(key, value, from == clock ? nanos : clock.nanoTime());
    } catch (Exception e) {
      report("written", e);
    }
  }

  private void report(String attempted, Exception e) {
    if (storeFailed) {
      log.debug("The store of last known good answers could not be {} again", attempted, e);
    } else {
      storeFailed = true;
      log.warn(
          "The store of last known good answers could not be {}; the call goes on, repeats are"
              + " logged at DEBUG",
          attempted,
          e);
    }
  }
}
