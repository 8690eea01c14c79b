package io.foreguard.test.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.fallback.LastKnownGoodStore;
import io.foreguard.fallback.LastKnownGoodStore.Stored;
import io.foreguard.test.VirtualTime;
import io.foreguard.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/**
 * What every {@link LastKnownGoodStore} must do. Not thread-safe: JUnit makes one for each test.
 */
public abstract class LastKnownGoodStoreContract {
  private final VirtualTime time = VirtualTime.create();

  /** Creates the contract; JUnit does. */
  protected LastKnownGoodStoreContract() {}

  /**
   * A new, empty store that keeps answers for at least a minute, and at least a hundred of them.
   *
   * @param clock whose readings the times of answers are
   */
  protected abstract LastKnownGoodStore<String> store(Clock clock);

  /** Most answers that the stores made here keep; empty, the default, leaves that untested. */
  protected OptionalLong maximumSize() {
    return OptionalLong.empty();
  }

  /** What was put is found, with its time, by an equal key. */
  @Test
  public void findsWhatWasPut() {
    LastKnownGoodStore<String> store = store(time);
    long now = time.nanoTime();

    store.put(List.of("customer", 1), "gold", now);
    store.put(List.of("customer", 2), "silver", now);

    assertThat(store.get(List.of("customer", 1))).isEqualTo(new Stored<>("gold", now));
    assertThat(store.get(List.of("customer", 2))).isEqualTo(new Stored<>("silver", now));
    assertThat(store.get(List.of("customer", 3))).isNull();
  }

  /** A later answer takes the place of an earlier one, the same answer with a later time too. */
  @Test
  public void keepsTheLaterAnswer() {
    LastKnownGoodStore<String> store = store(time);
    store.put("c1", "gold", time.nanoTime());

    for (Duration step : List.of(Duration.ofMillis(10), Duration.ofSeconds(10))) {
      time.advance(step);
      store.put("c1", "gold", time.nanoTime());
      assertThat(store.get("c1")).isEqualTo(new Stored<>("gold", time.nanoTime()));
      store.put("c1", "silver " + step, time.nanoTime());
      assertThat(store.get("c1")).isEqualTo(new Stored<>("silver " + step, time.nanoTime()));
    }
  }

  /** An answer keeps the time it was given, also where the clock's readings overflow. */
  @Test
  public void keepsTheTimeOfAnAnswer() {
    LastKnownGoodStore<String> store = store(time);
    long then = time.nanoTime();
    store.put("c1", "gold", then);

    time.advance(Duration.ofSeconds(30));

    assertThat(time.nanoTime()).as("the readings have overflowed").isLessThan(then);
    assertThat(store.get("c1")).isEqualTo(new Stored<>("gold", then));
  }

  /** What was removed is gone, alone; removing what is not there does nothing. */
  @Test
  public void forgetsWhatIsRemoved() {
    LastKnownGoodStore<String> store = store(time);
    store.put("c1", "gold", time.nanoTime());
    store.put("c2", "silver", time.nanoTime());

    store.remove("c1");
    store.remove("c3");

    assertThat(store.get("c1")).isNull();
    assertThat(store.get("c2")).isNotNull();
    store.put("c1", "bronze", time.nanoTime());
    assertThat(store.get("c1")).isEqualTo(new Stored<>("bronze", time.nanoTime()));
  }

  /** After clearing, nothing is there, and it can be filled again. */
  @Test
  public void forgetsEverything() {
    LastKnownGoodStore<String> store = store(time);
    store.put("c1", "gold", time.nanoTime());
    store.put("c2", "silver", time.nanoTime());

    store.clear();

    assertThat(store.get("c1")).isNull();
    assertThat(store.get("c2")).isNull();
    store.put("c1", "bronze", time.nanoTime());
    assertThat(store.get("c1")).isNotNull();
  }

  /** It keeps no more than it says. */
  @Test
  public void isBounded() {
    long most = maximumSize().orElse(Long.MAX_VALUE);
    if (most == Long.MAX_VALUE) {
      return;
    }
    LastKnownGoodStore<String> store = store(time);
    long keys = 3 * most + 100;
    for (long i = 0; i < keys; i++) {
      store.put("c" + i, "gold", time.nanoTime());
    }

    long kept = 0;
    for (long i = 0; i < keys; i++) {
      kept += store.get("c" + i) == null ? 0 : 1;
    }
    assertThat(kept).isBetween(1L, most);
  }

  /** Many threads may use it at the same time: an answer is never found with another's time. */
  @Test
  public void isThreadSafe() {
    LastKnownGoodStore<String> store = store(time);
    long start = time.nanoTime();

    Crowd.run(
        (thread, round) -> {
          String key = "c" + round % 10;
          long nanos = start - 4L * round - thread; // no store need believe in the future
          store.put(key, "answer of " + nanos, nanos);
          Stored<String> found = store.get(key);
          if (found != null) {
            assertThat(found.value()).isEqualTo("answer of " + found.storedNanos());
          }
          if (round % 100 == 99) {
            store.remove(key);
          }
        });
  }
}
