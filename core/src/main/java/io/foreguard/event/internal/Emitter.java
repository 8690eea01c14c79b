package io.foreguard.event.internal;

import io.foreguard.event.Subscription;
import io.foreguard.event.Topic;
import java.util.function.Consumer;

/**
 * A topic together with the right to publish on it. Thread-safe.
 *
 * @param <E> kind of event
 */
public final class Emitter<E> implements Topic<E> {
  private final Listeners<Consumer<? super E>> listeners;

  /** Creates a topic without listeners; {@code owner} names it in logs. */
  public Emitter(String owner) {
    listeners = new Listeners<>(owner);
  }

  @Override
  public Subscription subscribe(Consumer<? super E> listener) {
    return listeners.add(listener);
  }

  /** Whether nobody listens: then no event needs to be built. */
  public boolean isEmpty() {
    return listeners.isEmpty();
  }

  /** Delivers {@code event} to every listener. Call it outside every lock. */
  public void publish(E event) {
    listeners.forEach(listener -> listener.accept(event));
  }
}
