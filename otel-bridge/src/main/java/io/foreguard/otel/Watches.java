package io.foreguard.otel;

import io.foreguard.event.Subscription;
import io.opentelemetry.api.metrics.BatchCallback;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Supplier;

/** What is observed now: each part once, however often it was asked for. Thread-safe. */
final class Watches {
  private final Instruments instruments;
  private final Failures failures;
  private final IdentityHashMap<Object, Entry> byPart = new IdentityHashMap<>();
  private final List<Subscription> open = new ArrayList<>();
  private final BatchCallback callback;
  private volatile List<Watch> current = List.of();
  private boolean closed;

  Watches(Instruments instruments, Failures failures) {
    this.instruments = instruments;
    this.failures = failures;
    callback = instruments.onCollection(this::collect);
  }

  Scope newScope() {
    return new Scope();
  }

  /** Ends everything, whoever asked for it. */
  void close() {
    List<Subscription> toClose;
    synchronized (byPart) {
      if (closed) {
        return;
      }
      closed = true;
      toClose = List.copyOf(open);
    }
    toClose.forEach(Subscription::close);
    callback.close();
  }

  private void collect() {
    for (Watch watch : current) {
      try {
        watch.collect(instruments);
      } catch (Throwable t) {
        failures.report(t);
      }
    }
  }

  private void publish() {
    current = byPart.values().stream().map(entry -> entry.watch).toList();
  }

  /** One request to observe something, which may grow and shrink. */
  final class Scope {
    private final IdentityHashMap<Object, Object> parts = new IdentityHashMap<>();
    private boolean ended;

    /** Observes {@code part}, unless this scope has ended or has it already. */
    void add(Object part, Supplier<Watch> watch) {
      synchronized (byPart) {
        if (closed || ended || parts.put(part, part) != null) {
          return;
        }
        Entry entry = byPart.get(part);
        if (entry == null) {
          byPart.put(part, new Entry(watch.get()));
          publish();
        } else {
          entry.wanted++;
        }
      }
    }

    /** Stops observing {@code part} for this scope. */
    void remove(Object part) {
      synchronized (byPart) {
        if (parts.remove(part) != null) {
          release(part);
        }
      }
    }

    /** The handle that ends this scope and closes {@code sources}. */
    Subscription closing(List<Subscription> sources) {
      Subscription handle =
          new Subscription() {
            @Override
            public void close() {
              sources.forEach(Subscription::close);
              end();
              synchronized (byPart) {
                open.remove(this);
              }
            }
          };
      boolean tooLate;
      synchronized (byPart) {
        tooLate = closed;
        open.add(handle);
      }
      if (tooLate) {
        handle.close();
      }
      return handle;
    }

    private void end() {
      synchronized (byPart) {
        ended = true;
        List.copyOf(parts.keySet()).forEach(this::remove);
      }
    }

    private void release(Object part) {
      Entry entry = byPart.get(part);
      if (entry != null && --entry.wanted == 0) {
        byPart.remove(part);
        publish();
        entry.watch.close();
      }
    }
  }

  private static final class Entry {
    private final Watch watch;
    private int wanted = 1;

    Entry(Watch watch) {
      this.watch = watch;
    }
  }
}
