package io.foreguard.registry;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.foreguard.bulkhead.BulkheadConfig;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.event.Subscription;
import io.foreguard.guard.Guard;
import io.foreguard.hedge.HedgeConfig;
import io.foreguard.retry.RetryConfig;
import io.foreguard.time.ManualClock;
import io.github.resilience4j.core.ConfigurationNotFoundException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class ForeguardRegistryTest {
  private final ManualClock clock = new ManualClock();
  private final ForeguardRegistry registry =
      ForeguardRegistry.builder().clock(clock).tags(Map.of("team", "loyalty")).build();

  @Test
  void keepsOneEntryPerName() {
    CircuitBreaker first = registry.circuitBreaker("a");
    CircuitBreakerConfig other = CircuitBreakerConfig.builder().mode(Mode.SHADOW).build();

    assertThat(registry.circuitBreaker("a", other)).isSameAs(first);
    assertThat(registry.circuitBreaker("b", other).mode()).isEqualTo(Mode.SHADOW);
    assertThat(first.clock()).isSameAs(clock);
    assertThat(registry.circuitBreakers().entries()).hasSize(2);
    assertThat(registry.circuitBreakers().getTags()).containsEntry("team", "loyalty");
  }

  @Test
  void startsFromItsDefaults() {
    ForeguardRegistry shadow =
        ForeguardRegistry.builder()
            .circuitBreakerDefaults(CircuitBreakerConfig.builder().mode(Mode.SHADOW).build())
            .bulkheadDefaults(BulkheadConfig.builder().maxConcurrentCalls(3).build())
            .hedgeDefaults(HedgeConfig.builder().maxHedges(2).build())
            .build();

    assertThat(shadow.guard("g").circuitBreaker().mode()).isEqualTo(Mode.SHADOW);
    assertThat(shadow.bulkhead("b").maxConcurrentCalls()).isEqualTo(3);
    assertThat(shadow.hedges().get("h").config().maxHedges()).isEqualTo(2);
  }

  @Test
  void registersThePartsOfAGuard() {
    Guard guard =
        registry.guard(
            "loyalty",
            g ->
                g.timeout(Duration.ofSeconds(1))
                    .bulkhead(BulkheadConfig.defaults())
                    .retry(RetryConfig.defaults())
                    .hedge(HedgeConfig.defaults()));

    assertThat(registry.circuitBreakers().find("loyalty")).contains(guard.circuitBreaker());
    assertThat(registry.bulkheads().find("loyalty")).isEqualTo(guard.bulkhead());
    assertThat(registry.retries().find("loyalty")).isEqualTo(guard.retry());
    assertThat(registry.hedges().find("loyalty")).isEqualTo(guard.hedge());
    assertThat(registry.timeouts().find("loyalty")).isEqualTo(guard.timeout());
    assertThat(registry.guard("loyalty")).isSameAs(guard);
  }

  @Test
  void buildsAGuardAroundTheBreakerThatExists() {
    CircuitBreaker breaker = registry.circuitBreaker("loyalty");

    assertThat(registry.guard("loyalty").circuitBreaker()).isSameAs(breaker);
  }

  @Test
  void refusesAGuardWhosePartsNamesAreTakenAndRegistersNoneOfThem() {
    registry.bulkhead("loyalty");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> registry.guard("loyalty", g -> g.bulkhead(BulkheadConfig.defaults())))
        .withMessage(
            "the name of a guard's part must be free, or that of the same instance, but was"
                + " loyalty");

    assertThat(registry.guards().entries()).isEmpty();
    assertThat(registry.circuitBreakers().entries()).isEmpty();
    assertThat(registry.guard("loyalty").bulkhead()).isEmpty();
    registry.hedges().get("twice");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> registry.guard("twice", g -> g.hedge(HedgeConfig.defaults())));
    assertThat(registry.circuitBreakers().find("twice")).isEmpty();
  }

  @Test
  void handsEachEntryToAnObserverOnce() {
    registry.circuitBreaker("before");
    List<String> seen = new ArrayList<>();

    Subscription subscription =
        registry
            .circuitBreakers()
            .observe(b -> seen.add("+" + b.name()), b -> seen.add("-" + b.name()));
    registry.circuitBreaker("after");
    registry.circuitBreaker("after");
    registry.circuitBreakers().remove("before");
    registry.circuitBreakers().replace("after", CircuitBreaker.of("after"));
    subscription.close();
    registry.circuitBreaker("unseen");

    assertThat(seen).containsExactly("+before", "+after", "-before", "-after", "+after");
  }

  @Test
  void anObserverThatThrowsDisturbsNobody() {
    registry.circuitBreaker("before");
    List<String> seen = new ArrayList<>();
    Subscription throwing =
        registry
            .circuitBreakers()
            .observe(
                b -> {
                  throw new IllegalStateException("observer");
                },
                b -> {});
    registry.circuitBreakers().observe(b -> seen.add(b.name()), b -> {});
    registry
        .circuitBreakers()
        .getEventPublisher()
        .onEntryAdded(
            event -> {
              throw new IllegalStateException("listener");
            });

    registry.circuitBreaker("after");
    throwing.close();

    assertThat(seen).containsExactly("before", "after");
  }

  @Test
  void createsEachEntryOnceUnderEightThreads() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    AtomicInteger settingsRead = new AtomicInteger();
    ConcurrentLinkedQueue<String> added = new ConcurrentLinkedQueue<>();
    registry.guards().observe(guard -> added.add(guard.name()), guard -> {});
    try {
      for (int round = 0; round < 50; round++) {
        String name = "guard-" + round;
        CyclicBarrier together = new CyclicBarrier(8);
        List<Future<Object>> got = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
          boolean breakerOnly = t == 0;
          got.add(
              threads.submit(
                  () -> {
                    together.await(30, SECONDS);
                    return breakerOnly
                        ? registry.circuitBreaker(name)
                        : registry.guard(
                            name,
                            g -> {
                              settingsRead.incrementAndGet();
                              g.retry(RetryConfig.defaults());
                            });
                  }));
        }
        CircuitBreaker breaker = (CircuitBreaker) got.get(0).get(30, SECONDS);
        Set<Object> guards = new HashSet<>();
        for (Future<Object> future : got.subList(1, 8)) {
          guards.add(future.get(30, SECONDS));
        }
        assertThat(guards).hasSize(1);
        assertThat(((Guard) guards.iterator().next()).circuitBreaker()).isSameAs(breaker);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(added).hasSize(50).doesNotHaveDuplicates();
    assertThat(settingsRead.get()).isBetween(50, 100); // twice where a breaker came in between
  }

  @Test
  void knowsNamedConfigurations() {
    registry
        .circuitBreakers()
        .addConfiguration("quiet", CircuitBreakerConfig.builder().mode(Mode.SHADOW).build());

    assertThat(registry.circuitBreakers().getConfigured("a", "quiet").mode())
        .isEqualTo(Mode.SHADOW);
    Assertions.assertThatExceptionOfType(ConfigurationNotFoundException.class)
        .isThrownBy(() -> registry.circuitBreakers().getConfigured("b", "loud"));
    assertThatIllegalArgumentException().isThrownBy(() -> registry.guard(" "));
    assertThat(registry.circuitBreakers().entries()).hasSize(1);
  }

  @Test
  void takesABreakerThatWasMadeElsewhere() {
    CircuitBreaker made = CircuitBreaker.of("one");
    List<Object> added = new ArrayList<>();
    registry.circuitBreakers().getEventPublisher().onEntryAdded(e -> added.add(e.getAddedEntry()));

    assertThat(registry.circuitBreakers().add("one", made)).isSameAs(made);
    assertThat(registry.circuitBreakers().add("one", CircuitBreaker.of("one"))).isSameAs(made);
    assertThat(registry.circuitBreaker("one")).isSameAs(made);
    assertThat(added).containsExactly(made);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> registry.circuitBreakers().add(" ", made));
  }
}
