package io.foreguard.registry;

import io.foreguard.event.Subscription;
import io.foreguard.event.internal.Listeners;
import io.foreguard.internal.Require;
import io.github.resilience4j.core.ConfigurationNotFoundException;
import io.github.resilience4j.core.EventConsumer;
import io.github.resilience4j.core.registry.AbstractRegistry;
import io.github.resilience4j.core.registry.EntryAddedEvent;
import io.github.resilience4j.core.registry.EntryRemovedEvent;
import io.github.resilience4j.core.registry.EntryReplacedEvent;
import io.github.resilience4j.core.registry.RegistryEvent;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
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
  private final EntryStore<E> store;
  private final BiFunction<String, C, E> factory;
  private final Publisher<E> publisher;
  private final ReentrantLock creating = new ReentrantLock();

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
    publisher = new Publisher<>("registry of " + kind);
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

  /** Puts {@code entry} in under {@code name} unless there is one; returns the one that is in. */
  E add(String name, E entry) {
    E existing = store.putIfAbsent(name, entry);
    return existing != null ? existing : computeIfAbsent(name, () -> entry);
  }

  /** One at a time, so that none is made for nothing; announced after the lock is free again. */
  private E create(String name, C config) {
    Require.name(name, "name");
    E entry;
    creating.lock();
    try {
      E existing = store.findOrNull(name);
      if (existing != null) {
        return existing;
      }
      entry = factory.apply(name, config);
      existing = store.putIfAbsent(name, entry);
      if (existing != null) {
        return existing;
      }
    } finally {
      creating.unlock();
    }
    return computeIfAbsent(name, () -> entry);
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
    Listeners<Consumer<E>> present = new Listeners<>(publisher.owner);
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

  /**
   * Fan-out with contained failures; resilience4j's own lets one listener's failure skip the rest.
   */
  private static final class Publisher<E> implements EventPublisher<E> {
    private final String owner;
    private final Listeners<Consumer<RegistryEvent>> listeners;

    Publisher(String owner) {
      this.owner = owner;
      listeners = new Listeners<>(owner);
    }

    Subscription listen(Consumer<RegistryEvent> listener) {
      return listeners.add(listener);
    }

    void publish(RegistryEvent event) {
      listeners.forEach(listener -> listener.accept(event));
    }

    @Override
    public void onEvent(EventConsumer<RegistryEvent> consumer) {
      listeners.add(consumer::consumeEvent);
    }

    @Override
    public EventPublisher<E> onEntryAdded(EventConsumer<EntryAddedEvent<E>> consumer) {
      return on(EntryAddedEvent.class, consumer);
    }

    @Override
    public EventPublisher<E> onEntryRemoved(EventConsumer<EntryRemovedEvent<E>> consumer) {
      return on(EntryRemovedEvent.class, consumer);
    }

    @Override
    public EventPublisher<E> onEntryReplaced(EventConsumer<EntryReplacedEvent<E>> consumer) {
      return on(EntryReplacedEvent.class, consumer);
    }

    @SuppressWarnings("unchecked") // only this registry publishes, and it publishes its own entries
    private <T> EventPublisher<E> on(Class<?> type, EventConsumer<T> consumer) {
      listeners.add(
          event -> {
            if (type.isInstance(event)) {
              consumer.consumeEvent((T) event);
            }
          });
      return this;
    }
  }
}
