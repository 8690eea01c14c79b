package io.foreguard.bulkhead;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The right to make one call, held until it is closed. Thread-safe: it may be closed by another
 * thread than the one that got it, and closing it again does nothing.
 *
 * <pre>{@code
 * try (BulkheadPermit permit = bulkhead.acquire()) {
 *   answer(question);
 * }
 * }</pre>
 */
public final class BulkheadPermit implements AutoCloseable {
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Permits permits;

  BulkheadPermit(Permits permits) {
    this.permits = permits;
  }

  /** Gives the permit back; does nothing when it has been given back already. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      permits.release();
    }
  }
}
