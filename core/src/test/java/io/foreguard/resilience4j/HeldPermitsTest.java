package io.foreguard.resilience4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.Permit;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HeldPermitsTest {
  private static final long LEASE = Duration.ofSeconds(60).toNanos();
  private final ManualClock clock = new ManualClock();
  private final CircuitBreaker breaker =
      CircuitBreaker.of("held", CircuitBreakerConfig.defaults(), clock);
  private final HeldPermits held = new HeldPermits(clock.nanoTime(), LEASE, 0);

  @Test
  void findsThePermitOfTheCallThatBeganThen() {
    List<Permit> permits = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      permits.add(add());
      clock.advance(Duration.ofMillis(1));
    }
    SplittableRandom random = new SplittableRandom(20261127);

    while (!permits.isEmpty()) {
      Permit next = permits.remove(random.nextInt(permits.size()));
      assertThat(held.take(next.startNanos() + random.nextInt(900_000))).isSameAs(next);
    }
    assertThat(held.take(clock.nanoTime())).isNull();
  }

  @Test
  void findsItOnAnotherThread() {
    Permit mine = add();
    clock.advance(Duration.ofMillis(1));
    Permit other = CompletableFuture.supplyAsync(this::add).join();

    assertThat(held.take(other.startNanos())).isSameAs(other);
    assertThat(CompletableFuture.supplyAsync(() -> held.take(mine.startNanos())).join())
        .isSameAs(mine);
  }

  @Test
  void callsThatSeemToBeginBeforeTheirPermitsGetOneAllTheSame() {
    clock.advance(Duration.ofSeconds(10));
    Permit permit = add();

    assertThat(held.take(permit.startNanos() - 5_000_000_000L)).isSameAs(permit);
    assertThat(held.take(permit.startNanos())).isNull();
  }

  @Test
  void callsOfTheSameMomentShareTheirPermits() {
    List<Permit> permits = List.of(add(), add(), add());
    List<Permit> taken = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      taken.add(held.take(clock.nanoTime()));
    }

    assertThat(taken).containsExactlyInAnyOrderElementsOf(permits);
  }

  @Test
  void theLatestOneIsTheLatest() {
    Permit first = add();
    clock.advance(Duration.ofMillis(1));
    Permit second = CompletableFuture.supplyAsync(this::add).join();

    assertThat(held.takeLast()).isSameAs(second);
    assertThat(held.takeLast()).isSameAs(first);
    assertThat(held.takeLast()).isNull();
  }

  @Test
  void thoseOfCallsThatNeverEndAreDropped() {
    for (int i = 0; i < 1_000; i++) {
      Permit unused = add();
      clock.advance(Duration.ofSeconds(1));
    }
    int left = 0;
    while (held.takeLast() != null) {
      left++;
    }

    assertThat(left).isBetween(60, 121);
  }

  private Permit add() {
    Permit permit = breaker.acquire();
    held.add(permit);
    return permit;
  }
}
