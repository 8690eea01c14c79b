package io.foreguard.event.internal;

import io.foreguard.event.Subscription;
import io.foreguard.internal.Require;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy-on-write list of listeners whose failures are contained. Thread-safe.
 *
 * <p>{@link #isEmpty()} is one volatile read, so that a caller builds no event without a listener.
 *
 * @param <L> listener type
 */
public final class Listeners<L> {
  private static final Logger log = LoggerFactory.getLogger(Listeners.class);
  private static final Object[] NONE = {};
  private static final VarHandle ENTRIES;

  static {
    try {
      ENTRIES = MethodHandles.lookup().findVarHandle(Listeners.class, "entries", Object[].class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final String owner;
  private volatile Object[] entries = NONE;
  private volatile boolean failed;

  /** Creates an empty list; {@code owner} names it in the log line about a failing listener. */
  public Listeners(String owner) {
    this.owner = owner;
  }

  /** Whether nobody listens. */
  public boolean isEmpty() {
    return entries == NONE;
  }

  /** Adds a listener and returns the handle that removes it. */
  public Subscription add(L listener) {
    Entry<L> entry = new Entry<>(Require.nonNull(listener, "listener"));
    update(
        old -> {
          Object[] next = Arrays.copyOf(old, old.length + 1);
          next[old.length] = entry;
          return next;
        });
    return () -> update(old -> without(old, entry));
  }

  /** Hands every listener to {@code delivery}; what one throws is logged and goes no further. */
  public void forEach(Consumer<? super L> delivery) {
    for (Object entry : entries) {
      try {
        delivery.accept(listener(entry));
      } catch (Throwable t) {
        report(t);
      }
    }
  }

  /** The entries now, for a loop that must not allocate; see {@link #listener}. */
  public Object[] entries() {
    return entries;
  }

  /** The listener of one of {@link #entries}. What it throws goes to {@link #report}. */
  @SuppressWarnings("unchecked") // only add() writes entries, and it writes Entry<L>
  public L listener(Object entry) {
    return ((Entry<L>) entry).listener;
  }

  private static Object[] without(Object[] old, Object entry) {
    Object[] next = Arrays.stream(old).filter(e -> e != entry).toArray();
    return next.length == 0 ? NONE : next;
  }

  /** Logs what a listener threw: at WARN the first time, at DEBUG from then on. */
  public void report(Throwable t) {
    if (failed) {
      log.debug("A listener of {} failed again", owner, t);
    } else {
      failed = true;
      log.warn("A listener of {} failed; the call goes on, repeats are logged at DEBUG", owner, t);
    }
  }

  private void update(UnaryOperator<Object[]> change) {
    Object[] old;
    do {
      old = entries;
    } while (!ENTRIES.compareAndSet(this, old, change.apply(old)));
  }

  private record Entry<L>(L listener) {}
}
