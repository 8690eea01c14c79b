package io.foreguard.event;

/** A listener's registration. Thread-safe; closing twice does nothing. */
public interface Subscription extends AutoCloseable {
  /** Removes the listener. A delivery already under way may still reach it. */
  @Override
  void close();
}
