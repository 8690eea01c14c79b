package io.foreguard.registry;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.event.Subscription;
import io.foreguard.event.internal.Listeners;
import io.foreguard.internal.Require;
import io.foreguard.registry.internal.EntryStore;
import io.foreguard.registry.internal.RegistryPublisher;
import io.github.resilience4j.core.ConfigurationNotFoundException;
import io.github.resilience4j.core.registry.AbstractRegistry;
import io.github.resilience4j.core.registry.EntryAddedEvent;
import io.github.resilience4j.core.registry.EntryRemovedEvent;
import io.github.resilience4j.core.registry.EntryReplacedEvent;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Entries of one kind by name, and named configurations for new ones. It is a resilience4j-core
 * registry, so that what consumes those works with it. Thread-safe.
 *
 * <p>Listeners run after an entry is in its place, outside of the map: one may create further
 * entries. A listener that throws disturbs nobody, and can be removed again.
 *
 * @param <E> kind of entry
 * @param <C> kind of configuration
 */
public final class NamedRegistry<E, C> extends AbstractRegistry<E, C> {
  private final String owner;
  private final EntryStore<E> store;
  private final BiFunction<String, C, E> factory;
  private final RegistryPublisher<E> publisher;

  NamedRegistry(
      String kind, C defaultConfig, Map<String, String> tags, BiFunction<String, C, E> factory) {
    this(kind, defaultConfig, tags, factory, new EntryStore<>());
  }

  private NamedRegistry(
      String kind,
      C defaultConfig,
      Map<String, String> tags,
      BiFunction<String, C, E> factory,
      EntryStore<E> store) {
    super(defaultConfig, List.of(), Map.copyOf(tags), store);
    this.store = store;
    this.factory = factory;
    owner = "registry of " + kind;
    publisher = new RegistryPublisher<>(owner);
    super.getEventPublisher().onEvent(publisher::publish);
  }

  /** All entries at this moment, in no particular order. */
  public List<E> entries() {
    return List.copyOf(store.values());
  }

  /** The entry of that name, created with the default configuration when there is none. */
  public E get(String name) {
    E known = store.findOrNull(Require.nonNull(name, "name"));
    return known != null ? known : create(name, getDefaultConfig());
  }

  /**
   * The entry of that name, created with {@code config} when there is none. An entry that exists
   * keeps the configuration it has.
   */
  public E get(String name, C config) {
    E known = store.findOrNull(Require.nonNull(name, "name"));
    return known != null ? known : create(name, config);
  }

  /**
   * The entry of that name, created with the configuration registered as {@code configName}.
   *
   * @throws ConfigurationNotFoundException if there is no such configuration
   */
  public E getConfigured(String name, String configName) {
    return get(
        name,
        getConfiguration(configName)
            .orElseThrow(() -> new ConfigurationNotFoundException(configName)));
  }

  /**
   * Puts an entry in that was made elsewhere, unless there is one of that name; answers the one
   * that is in.
   */
  @CanIgnoreReturnValue
  public E add(String name, E entry) {
    E existing = store.putIfAbsent(Require.name(name, "name"), Require.nonNull(entry, "entry"));
    return existing != null ? existing : computeIfAbsent(name, () -> entry);
  }

  private E create(String name, C config) {
    Require.name(name, "name");
    return store.getOrCreate(
        name, () -> factory.apply(name, config), entry -> computeIfAbsent(name, () -> entry));
  }

  /**
   * Hands each entry to {@code added} once, those that exist now and those that come, and each that
   * goes to {@code removed}.
   */
  public Subscription observe(Consumer<? super E> added, Consumer<? super E> removed) {
    Set<E> known = Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
    Consumer<E> once =
        entry -> {
          if (known.add(entry)) {
            added.accept(entry);
          }
        };
    Consumer<E> gone =
        entry -> {
          if (known.remove(entry)) {
            removed.accept(entry);
          }
        };
    Subscription subscription =
        publisher.listen(
            event -> {
              if (event instanceof EntryAddedEvent<?> e) {
                once.accept(entry(e.getAddedEntry()));
              } else if (event instanceof EntryRemovedEvent<?> e) {
                gone.accept(entry(e.getRemovedEntry()));
              } else if (event instanceof EntryReplacedEvent<?> e) {
                gone.accept(entry(e.getOldEntry()));
                once.accept(entry(e.getNewEntry()));
              }
            });
    Listeners<Consumer<E>> present = new Listeners<>(owner);
    Subscription unused = present.add(once);
    entries().forEach(entry -> present.forEach(listener -> listener.accept(entry)));
    return subscription;
  }

  @Override
  public EventPublisher<E> getEventPublisher() {
    return publisher;
  }

  @SuppressWarnings("unchecked") // only this registry publishes, and it publishes its own entries
  private E entry(Object entry) {
    return (E) entry;
  }
}
