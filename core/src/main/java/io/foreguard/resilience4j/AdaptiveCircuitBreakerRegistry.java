package io.foreguard.resilience4j;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.registry.internal.EntryStore;
import io.foreguard.registry.internal.RegistryPublisher;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.core.ConfigurationNotFoundException;
import io.github.resilience4j.core.RegistryStore;
import io.github.resilience4j.core.registry.AbstractRegistry;
import io.github.resilience4j.core.registry.RegistryEventConsumer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A Resilience4j registry whose breakers Foreguard decides for. Whatever takes a {@link
 * CircuitBreakerRegistry} takes this one: annotations, metrics binders, health and events.
 *
 * <pre>{@code
 * CircuitBreakerRegistry registry = AdaptiveCircuitBreakerRegistry.ofDefaults();
 * CircuitBreaker breaker = registry.circuitBreaker("loyalty");
 * }</pre>
 *
 * <p>Listeners run after a breaker is in its place: one may create further breakers. A listener
 * that throws disturbs nobody. Thread-safe.
 */
public final class AdaptiveCircuitBreakerRegistry
    extends AbstractRegistry<CircuitBreaker, CircuitBreakerConfig>
    implements CircuitBreakerRegistry {
  private static final String NAME_MUST_NOT_BE_NULL = "Name must not be null";

  private final AdapterConfig adapter;
  private final @Nullable EntryStore<CircuitBreaker> ownStore;
  private final @Nullable Mirror mirror;
  private final RegistryPublisher<CircuitBreaker> publisher =
      new RegistryPublisher<>("registry of circuit breakers");

  private AdaptiveCircuitBreakerRegistry(
      Builder builder,
      RegistryStore<CircuitBreaker> store,
      @Nullable EntryStore<CircuitBreaker> own) {
    super(
        builder.configs.getOrDefault(DEFAULT_CONFIG, CircuitBreakerConfig.ofDefaults()),
        List.of(),
        builder.tags,
        store);
    adapter = builder.adapter;
    ownStore = own;
    configurations.putAll(builder.configs);
    mirror = builder.mirror;
    super.getEventPublisher().onEvent(publisher::publish);
    if (mirror != null) {
      mirror.follow(publisher);
    }
    for (RegistryEventConsumer<CircuitBreaker> consumer : builder.consumers) {
      publisher.onEntryAdded(consumer::onEntryAddedEvent);
      publisher.onEntryRemoved(consumer::onEntryRemovedEvent);
      publisher.onEntryReplaced(consumer::onEntryReplacedEvent);
    }
  }

  /** A registry with the default settings of Resilience4j and of Foreguard. */
  public static AdaptiveCircuitBreakerRegistry ofDefaults() {
    return builder().build();
  }

  /** A registry whose breakers decide as {@code adapter} says. */
  public static AdaptiveCircuitBreakerRegistry of(AdapterConfig adapter) {
    return builder().adapter(adapter).build();
  }

  /** A registry with default settings for its breakers, which decide as {@code adapter} says. */
  public static AdaptiveCircuitBreakerRegistry of(
      CircuitBreakerConfig defaultConfig, AdapterConfig adapter) {
    return builder().defaultConfig(defaultConfig).adapter(adapter).build();
  }

  /** A builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Set<CircuitBreaker> getAllCircuitBreakers() {
    return new HashSet<>(entryMap.values());
  }

  @Override
  public CircuitBreaker circuitBreaker(String name) {
    return get(name, this::getDefaultConfig, Map.of());
  }

  @Override
  public CircuitBreaker circuitBreaker(String name, Map<String, String> tags) {
    return get(name, this::getDefaultConfig, tags);
  }

  @Override
  public CircuitBreaker circuitBreaker(String name, CircuitBreakerConfig config) {
    return get(name, () -> config, Map.of());
  }

  @Override
  public CircuitBreaker circuitBreaker(
      String name, CircuitBreakerConfig config, Map<String, String> tags) {
    return get(name, () -> config, tags);
  }

  @Override
  public CircuitBreaker circuitBreaker(String name, String configName) {
    return get(name, () -> configured(configName), Map.of());
  }

  @Override
  public CircuitBreaker circuitBreaker(String name, String configName, Map<String, String> tags) {
    return get(name, () -> configured(configName), tags);
  }

  @Override
  public CircuitBreaker circuitBreaker(
      String name, Supplier<CircuitBreakerConfig> circuitBreakerConfigSupplier) {
    return circuitBreaker(name, circuitBreakerConfigSupplier, Map.of());
  }

  @Override
  public CircuitBreaker circuitBreaker(
      String name,
      Supplier<CircuitBreakerConfig> circuitBreakerConfigSupplier,
      Map<String, String> tags) {
    return get(
        name,
        () -> Objects.requireNonNull(circuitBreakerConfigSupplier, SUPPLIER_MUST_NOT_BE_NULL).get(),
        tags);
  }

  @Override
  public EventPublisher<CircuitBreaker> getEventPublisher() {
    return publisher;
  }

  private CircuitBreaker get(
      String name, Supplier<CircuitBreakerConfig> config, Map<String, String> tags) {
    Objects.requireNonNull(name, NAME_MUST_NOT_BE_NULL);
    Supplier<CircuitBreaker> maker = () -> make(name, config.get(), tags);
    return ownStore == null
        ? computeIfAbsent(name, maker)
        : ownStore.getOrCreate(name, maker, made -> computeIfAbsent(name, () -> made));
  }

  private CircuitBreaker make(String name, CircuitBreakerConfig config, Map<String, String> tags) {
    CircuitBreaker made =
        AdaptiveCircuitBreaker.of(
            name,
            Objects.requireNonNull(config, CONFIG_MUST_NOT_BE_NULL),
            adapter,
            getAllTags(tags));
    return mirror == null ? made : mirror.checked(made);
  }

  private CircuitBreakerConfig configured(String configName) {
    return getConfiguration(configName)
        .orElseThrow(() -> new ConfigurationNotFoundException(configName));
  }

  /** Collects settings. Not thread-safe. */
  public static final class Builder {
    private final Map<String, CircuitBreakerConfig> configs = new HashMap<>();
    private final List<RegistryEventConsumer<CircuitBreaker>> consumers = new ArrayList<>();
    private Map<String, String> tags = Map.of();
    private AdapterConfig adapter = AdapterConfig.predictive();
    private @Nullable RegistryStore<CircuitBreaker> store;
    private @Nullable Mirror mirror;

    private Builder() {}

    /** Sets what decides. Default {@link AdapterConfig#predictive()}. */
    @CanIgnoreReturnValue
    public Builder adapter(AdapterConfig value) {
      adapter = Require.nonNull(value, "adapter");
      return this;
    }

    /** Sets the settings of breakers that name none. Default Resilience4j's defaults. */
    @CanIgnoreReturnValue
    public Builder defaultConfig(CircuitBreakerConfig value) {
      configs.put(DEFAULT_CONFIG, Objects.requireNonNull(value, CONFIG_MUST_NOT_BE_NULL));
      return this;
    }

    /** Adds settings by name; that of the default ones is {@code default}. */
    @CanIgnoreReturnValue
    public Builder configs(Map<String, CircuitBreakerConfig> values) {
      configs.putAll(values);
      return this;
    }

    /** Adds a consumer of the registry's events. */
    @CanIgnoreReturnValue
    public Builder eventConsumer(RegistryEventConsumer<CircuitBreaker> consumer) {
      consumers.add(Require.nonNull(consumer, "EventConsumers"));
      return this;
    }

    /** Sets tags for every breaker, for metrics. None by default. */
    @CanIgnoreReturnValue
    public Builder tags(Map<String, String> values) {
      tags = Require.nonNull(values, "Tags");
      return this;
    }

    /**
     * Sets where breakers are kept. By default in a map of this registry's own. A store of one's
     * own announces a breaker while it puts it in, so that a listener must not create another.
     */
    @CanIgnoreReturnValue
    public Builder store(RegistryStore<CircuitBreaker> value) {
      store = Require.nonNull(value, "store");
      return this;
    }

    /**
     * Sets a registry of Foreguard's that the breakers which Foreguard decides for are in as well,
     * so that what looks there (telemetry, health, endpoint, live view) sees them: from when they
     * come into this registry until they leave it. None by default. Breakers of the classic adapter
     * have no breaker of Foreguard's behind them and stay out.
     *
     * <p>A breaker whose name is taken there is not created: {@link IllegalArgumentException}.
     */
    @CanIgnoreReturnValue
    public Builder foreguardRegistry(ForeguardRegistry value) {
      mirror = new Mirror(Require.nonNull(value, "foreguardRegistry"));
      return this;
    }

    /** Builds the registry. */
    public AdaptiveCircuitBreakerRegistry build() {
      if (store != null) {
        return new AdaptiveCircuitBreakerRegistry(this, store, null);
      }
      EntryStore<CircuitBreaker> own = new EntryStore<>();
      return new AdaptiveCircuitBreakerRegistry(this, own, own);
    }
  }
}
