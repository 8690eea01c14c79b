package io.foreguard.fallback;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.fallback.LastKnownGoodStore.Stored;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CaffeineStoreTest {
  private static final Duration MAX_AGE = Duration.ofSeconds(10);

  private final ManualClock clock = new ManualClock();
  private final CaffeineStore<String> store = newStore(100);

  @Test
  void keepsTheLastAnswerAndItsExactTimeHoweverOftenOneComes() {
    for (int i = 0; i < 5_000; i++) {
      String answer = i % 3 == 0 ? "same" : "answer " + i;
      store.put("key", answer, clock.nanoTime());
      assertThat(store.get("key")).isEqualTo(new Stored<>(answer, clock.nanoTime()));
      clock.advance(Duration.ofNanos(777_777));
    }
  }

  @Test
  void tellsKeysWithTheSameHashApart() {
    store.put("Aa", "one", clock.nanoTime());
    store.put("BB", "two", clock.nanoTime());
    store.put("Aa", "three", clock.nanoTime());

    assertThat(store.get("Aa")).extracting(Stored::value).isEqualTo("three");
    assertThat(store.get("BB")).extracting(Stored::value).isEqualTo("two");
  }

  @Test
  void whatWasRemovedIsKeptAgainWhenItComesAgain() {
    store.put("key", "old", clock.nanoTime());
    store.remove("key");
    assertThat(store.get("key")).isNull();
    store.put("key", "new", clock.nanoTime());
    assertThat(store.get("key")).extracting(Stored::value).isEqualTo("new");

    store.clear();
    assertThat(store.get("key")).isNull();
    store.put("key", "newer", clock.nanoTime());
    assertThat(store.get("key")).extracting(Stored::value).isEqualTo("newer");
  }

  @Test
  void aKeyInUseStaysWhileOthersComeAndGo() {
    CaffeineStore<String> small = newStore(10);
    for (int second = 0; second < 60; second++) {
      for (int i = 0; i < 20; i++) {
        small.put("hot", "answer " + second, clock.nanoTime());
      }
      small.put("cold " + second, "answer", clock.nanoTime());
      clock.advance(Duration.ofMillis(1_001));
    }

    assertThat(small.get("hot")).extracting(Stored::value).isEqualTo("answer 59");
    assertThat(small.get("cold 0")).isNull();
  }

  @Test
  void whatNobodyPutsAgainIsForgotten() {
    store.put("key", "answer", clock.nanoTime());
    clock.advance(MAX_AGE);
    assertThat(store.get("key")).isNotNull();
    clock.advance(Duration.ofSeconds(5));

    assertThat(store.get("key")).isNull();
  }

  private CaffeineStore<String> newStore(long size) {
    return CaffeineStore.create(
        LastKnownGoodConfig.builder().maximumAge(MAX_AGE).maximumSize(size).build(), clock);
  }
}
