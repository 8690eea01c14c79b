package io.foreguard.event;

import java.util.function.Consumer;

/**
 * A stream of events of one kind that can be subscribed to.
 *
 * <p>Events are delivered on the thread that caused them, after the change, outside every lock, in
 * the order of subscription. Two threads may deliver two events at the same time. A listener that
 * throws reaches neither the caller nor the next listener: its first failure is logged at WARN,
 * repeats at DEBUG. Thread-safe.
 *
 * @param <E> kind of event
 */
public interface Topic<E> {
  /**
   * Adds a listener. The same listener added twice is called twice.
   *
   * @return the handle that removes this subscription
   */
  Subscription subscribe(Consumer<? super E> listener);
}
