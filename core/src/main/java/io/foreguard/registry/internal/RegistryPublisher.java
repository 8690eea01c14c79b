package io.foreguard.registry.internal;

import io.foreguard.event.Subscription;
import io.foreguard.event.internal.Listeners;
import io.github.resilience4j.core.EventConsumer;
import io.github.resilience4j.core.Registry;
import io.github.resilience4j.core.registry.EntryAddedEvent;
import io.github.resilience4j.core.registry.EntryRemovedEvent;
import io.github.resilience4j.core.registry.EntryReplacedEvent;
import io.github.resilience4j.core.registry.RegistryEvent;
import java.util.function.Consumer;

/**
 * Fan-out with contained failures; resilience4j's own lets one listener's failure skip the rest.
 */
public final class RegistryPublisher<E> implements Registry.EventPublisher<E> {
  private final Listeners<Consumer<RegistryEvent>> listeners;

  /** Without listeners; {@code owner} names it in logs. */
  public RegistryPublisher(String owner) {
    listeners = new Listeners<>(owner);
  }

  /** Adds a listener for all events. */
  public Subscription listen(Consumer<RegistryEvent> listener) {
    return listeners.add(listener);
  }

  /** Delivers an event to every listener. Call it outside every lock. */
  public void publish(RegistryEvent event) {
    listeners.forEach(listener -> listener.accept(event));
  }

  @Override
  public void onEvent(EventConsumer<RegistryEvent> consumer) {
    listeners.add(consumer::consumeEvent);
  }

  @Override
  public Registry.EventPublisher<E> onEntryAdded(EventConsumer<EntryAddedEvent<E>> consumer) {
    return on(EntryAddedEvent.class, consumer);
  }

  @Override
  public Registry.EventPublisher<E> onEntryRemoved(EventConsumer<EntryRemovedEvent<E>> consumer) {
    return on(EntryRemovedEvent.class, consumer);
  }

  @Override
  public Registry.EventPublisher<E> onEntryReplaced(EventConsumer<EntryReplacedEvent<E>> consumer) {
    return on(EntryReplacedEvent.class, consumer);
  }

  @SuppressWarnings("unchecked") // only this registry publishes, and it publishes its own entries
  private <T> Registry.EventPublisher<E> on(Class<?> type, EventConsumer<T> consumer) {
    listeners.add(
        event -> {
          if (type.isInstance(event)) {
            consumer.consumeEvent((T) event);
          }
        });
    return this;
  }
}
