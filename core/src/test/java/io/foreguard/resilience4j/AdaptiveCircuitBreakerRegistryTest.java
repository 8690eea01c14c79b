package io.foreguard.resilience4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foreguard.circuitbreaker.Mode;
import io.foreguard.registry.ForeguardRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.ConfigurationNotFoundException;
import io.github.resilience4j.core.registry.EntryAddedEvent;
import io.github.resilience4j.core.registry.EntryRemovedEvent;
import io.github.resilience4j.core.registry.EntryReplacedEvent;
import io.github.resilience4j.core.registry.InMemoryRegistryStore;
import io.github.resilience4j.core.registry.RegistryEventConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AdaptiveCircuitBreakerRegistryTest {
  private final AdaptiveCircuitBreakerRegistry registry =
      AdaptiveCircuitBreakerRegistry.ofDefaults();
  private final CircuitBreakerConfig strict =
      CircuitBreakerConfig.custom().failureRateThreshold(10).build();

  @Test
  void hasOneBreakerOfEachName() {
    CircuitBreaker one = registry.circuitBreaker("one");

    assertThat(registry.circuitBreaker("one", strict)).isSameAs(one);
    assertThat(registry.circuitBreaker("one", () -> strict)).isSameAs(one);
    assertThat(registry.circuitBreaker("two")).isNotSameAs(one);
    assertThat(registry.getAllCircuitBreakers()).hasSize(2).contains(one);
    assertThat(registry.find("one")).contains(one);
    assertThat(one).isInstanceOf(AdaptiveCircuitBreaker.class);
  }

  @Test
  void takesSettingsInEveryWay() {
    registry.addConfiguration("strict", strict);
    Map<String, String> tags = Map.of("team", "points");

    for (CircuitBreaker breaker :
        List.of(
            registry.circuitBreaker("1", strict),
            registry.circuitBreaker("2", () -> strict),
            registry.circuitBreaker("3", "strict"),
            registry.circuitBreaker("4", strict, tags),
            registry.circuitBreaker("5", () -> strict, tags),
            registry.circuitBreaker("6", "strict", tags))) {
      assertThat(breaker.getCircuitBreakerConfig()).isSameAs(strict);
    }
    assertThat(registry.circuitBreaker("6").getTags()).isEqualTo(tags);
    assertThat(registry.circuitBreaker("7", tags).getTags()).isEqualTo(tags);
    assertThat(registry.circuitBreaker("8").getCircuitBreakerConfig())
        .isSameAs(registry.getDefaultConfig());
  }

  @Test
  void tagsOfABreakerGoBeforeThoseOfTheRegistry() {
    AdaptiveCircuitBreakerRegistry tagged =
        AdaptiveCircuitBreakerRegistry.builder().tags(Map.of("a", "1", "b", "2")).build();

    assertThat(tagged.getTags()).isEqualTo(Map.of("a", "1", "b", "2"));
    assertThat(tagged.circuitBreaker("x", Map.of("b", "3")).getTags())
        .isEqualTo(Map.of("a", "1", "b", "3"));
  }

  @Test
  @SuppressWarnings("NullAway") // what callers without it get
  void refusesWhatResilience4jRefusesInItsWords() {
    assertThatThrownBy(() -> registry.circuitBreaker(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("Name must not be null");
    assertThatThrownBy(() -> registry.circuitBreaker("x", (CircuitBreakerConfig) null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("Config must not be null");
    assertThatThrownBy(() -> registry.circuitBreaker("x", (Supplier<CircuitBreakerConfig>) null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("Supplier must not be null");
    assertThatThrownBy(() -> registry.circuitBreaker("x", "unknown"))
        .isInstanceOf(ConfigurationNotFoundException.class)
        .hasMessage("Configuration with name 'unknown' does not exist");
    assertThatThrownBy(() -> registry.addConfiguration("default", strict))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(registry.getAllCircuitBreakers()).isEmpty();
  }

  @Test
  void configurationsByNameIncludeTheDefaultOne() {
    AdaptiveCircuitBreakerRegistry configured =
        AdaptiveCircuitBreakerRegistry.builder()
            .configs(Map.of("default", strict, "lax", CircuitBreakerConfig.ofDefaults()))
            .build();

    assertThat(configured.getDefaultConfig()).isSameAs(strict);
    assertThat(configured.getConfiguration("lax")).isPresent();
  }

  @Test
  void tellsWhatComesAndGoes() {
    Consumer consumer = new Consumer();
    AdaptiveCircuitBreakerRegistry heard =
        AdaptiveCircuitBreakerRegistry.builder().eventConsumer(consumer).build();
    heard.getEventPublisher().onEntryAdded(event -> consumer.heard.add("published"));

    CircuitBreaker old = heard.circuitBreaker("x");
    heard.replace("x", AdaptiveCircuitBreaker.of("x", strict));
    heard.remove("x");

    assertThat(consumer.heard).containsExactly("added x", "published", "replaced x", "removed x");
    assertThat(heard.find("x")).isEmpty();
    assertThat(old.getName()).isEqualTo("x");
  }

  @Test
  void aListenerMayCreateFurtherBreakersAndAThrowingOneDisturbsNobody() {
    List<String> added = new ArrayList<>();
    registry
        .getEventPublisher()
        .onEntryAdded(
            event -> {
              throw new IllegalStateException("listener");
            })
        .onEntryAdded(event -> registry.circuitBreaker("beside"))
        .onEntryAdded(event -> added.add(event.getAddedEntry().getName()));

    registry.circuitBreaker("main");

    assertThat(added).containsExactlyInAnyOrder("main", "beside");
    assertThat(registry.getAllCircuitBreakers()).hasSize(2);
  }

  @Test
  void keepsBreakersInAStoreOfOnesOwn() {
    InMemoryRegistryStore<CircuitBreaker> store = new InMemoryRegistryStore<>();
    AdaptiveCircuitBreakerRegistry stored =
        AdaptiveCircuitBreakerRegistry.builder().store(store).build();
    List<String> added = new ArrayList<>();
    stored.getEventPublisher().onEntryAdded(event -> added.add(event.getAddedEntry().getName()));

    CircuitBreaker breaker = stored.circuitBreaker("x");

    assertThat(store.find("x")).contains(breaker);
    assertThat(stored.circuitBreaker("x")).isSameAs(breaker);
    assertThat(added).containsExactly("x");
  }

  @Test
  void decidesAsItIsTold() {
    AdaptiveCircuitBreakerRegistry classic =
        AdaptiveCircuitBreakerRegistry.of(strict, AdapterConfig.classic());

    AdaptiveCircuitBreaker breaker = (AdaptiveCircuitBreaker) classic.circuitBreaker("x");
    AdaptiveCircuitBreaker other =
        (AdaptiveCircuitBreaker)
            AdaptiveCircuitBreakerRegistry.of(AdapterConfig.predictive()).circuitBreaker("x");

    assertThat(breaker.getCircuitBreakerConfig()).isSameAs(strict);
    assertThat(breaker.foreguard()).isEmpty();
    assertThat(other.foreguard()).isPresent();
  }

  private static final class Consumer implements RegistryEventConsumer<CircuitBreaker> {
    final List<String> heard = new ArrayList<>();

    @Override
    public void onEntryAddedEvent(EntryAddedEvent<CircuitBreaker> event) {
      heard.add("added " + event.getAddedEntry().getName());
    }

    @Override
    public void onEntryRemovedEvent(EntryRemovedEvent<CircuitBreaker> event) {
      heard.add("removed " + event.getRemovedEntry().getName());
    }

    @Override
    public void onEntryReplacedEvent(EntryReplacedEvent<CircuitBreaker> event) {
      heard.add("replaced " + event.getNewEntry().getName());
    }
  }

  @Nested
  class WithAForeguardRegistry {
    private final ForeguardRegistry foreguard = ForeguardRegistry.create();
    private final AdaptiveCircuitBreakerRegistry mirrored =
        AdaptiveCircuitBreakerRegistry.builder().foreguardRegistry(foreguard).build();

    @Test
    void showsWhatForeguardDecidesFor() {
      AdaptiveCircuitBreaker one = (AdaptiveCircuitBreaker) mirrored.circuitBreaker("one");

      assertThat(foreguard.circuitBreakers().entries()).containsExactly(behind(one));
      assertThat(foreguard.circuitBreaker("one")).isSameAs(behind(one));
      one.transitionToForcedOpenState();
      assertThat(foreguard.circuitBreaker("one").mode()).isEqualTo(Mode.FORCED_OPEN);
    }

    @Test
    void isThereWhenListenersHearOfABreaker() {
      List<Boolean> there = new ArrayList<>();
      mirrored
          .getEventPublisher()
          .onEntryAdded(
              event ->
                  there.add(
                      foreguard
                          .circuitBreakers()
                          .find(event.getAddedEntry().getName())
                          .isPresent()));

      mirrored.circuitBreaker("one");

      assertThat(there).containsExactly(true);
    }

    @Test
    void followsReplacementAndRemoval() {
      mirrored.circuitBreaker("one");
      AdaptiveCircuitBreaker next = AdaptiveCircuitBreaker.of("one", strict);

      mirrored.replace("one", next);
      assertThat(foreguard.circuitBreakers().entries()).containsExactly(behind(next));

      mirrored.replace("one", AdaptiveCircuitBreaker.of("one", strict, AdapterConfig.classic()));
      assertThat(foreguard.circuitBreakers().entries()).isEmpty();

      mirrored.replace("one", next);
      assertThat(foreguard.circuitBreakers().entries()).containsExactly(behind(next));

      mirrored.remove("one");
      assertThat(foreguard.circuitBreakers().entries()).isEmpty();
    }

    @Test
    void refusesANameThatIsTakenThere() {
      io.foreguard.circuitbreaker.CircuitBreaker own = foreguard.circuitBreaker("one");

      assertThatThrownBy(() -> mirrored.circuitBreaker("one"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "the name of a circuit breaker must be free in the Foreguard registry, but was one");
      assertThat(mirrored.find("one")).isEmpty();
      assertThat(foreguard.circuitBreakers().entries()).containsExactly(own);
    }

    @Test
    void leavesAloneWhatIsNotItsOwn() {
      mirrored.circuitBreaker("one");
      io.foreguard.circuitbreaker.CircuitBreaker other =
          io.foreguard.circuitbreaker.CircuitBreaker.of("one");
      foreguard.circuitBreakers().replace("one", other);

      mirrored.remove("one");

      assertThat(foreguard.circuitBreakers().entries()).containsExactly(other);
    }

    @Test
    void worksWithAStoreOfOnesOwn() {
      AdaptiveCircuitBreakerRegistry stored =
          AdaptiveCircuitBreakerRegistry.builder()
              .store(new InMemoryRegistryStore<>())
              .foreguardRegistry(foreguard)
              .build();

      AdaptiveCircuitBreaker one = (AdaptiveCircuitBreaker) stored.circuitBreaker("one");

      assertThat(foreguard.circuitBreakers().entries()).containsExactly(behind(one));
    }

    @Test
    void showsNoClassicBreakers() {
      AdaptiveCircuitBreakerRegistry classic =
          AdaptiveCircuitBreakerRegistry.builder()
              .adapter(AdapterConfig.classic())
              .foreguardRegistry(foreguard)
              .build();
      foreguard.circuitBreaker("taken");

      classic.circuitBreaker("one");
      classic.circuitBreaker("taken");

      assertThat(foreguard.circuitBreakers().entries()).hasSize(1);
    }

    private io.foreguard.circuitbreaker.CircuitBreaker behind(AdaptiveCircuitBreaker breaker) {
      return breaker.foreguard().orElseThrow();
    }
  }
}
