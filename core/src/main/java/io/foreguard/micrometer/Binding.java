package io.foreguard.micrometer;

import io.foreguard.event.Subscription;
import io.foreguard.fallback.Fallback;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.registry.NamedRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.BiConsumer;

/** What one meter registry has of the parts that are there now. Thread-safe. */
final class Binding {
  private final MeterRegistry registry;
  private final IdentityHashMap<Object, PartMeters> byPart = new IdentityHashMap<>();
  private final List<Subscription> sources = new ArrayList<>();
  private boolean closed;

  Binding(MeterRegistry registry) {
    this.registry = registry;
  }

  boolean isTo(MeterRegistry other) {
    return registry == other;
  }

  void observe(ForeguardRegistry parts) {
    observe(parts.circuitBreakers(), CircuitBreakerMeters::register);
    observe(parts.bulkheads(), OtherMeters::register);
    observe(parts.threadPoolBulkheads(), OtherMeters::register);
    observe(parts.retries(), OtherMeters::register);
    observe(parts.hedges(), OtherMeters::register);
    observe(parts.timeouts(), OtherMeters::register);
  }

  void add(Fallback<?> fallback) {
    add(fallback, OtherMeters::register);
  }

  void close() {
    sources.forEach(Subscription::close);
    synchronized (byPart) {
      closed = true;
      byPart.values().forEach(PartMeters::close);
      byPart.clear();
    }
  }

  private <E> void observe(NamedRegistry<E, ?> parts, BiConsumer<E, PartMeters> register) {
    sources.add(parts.observe(part -> add(part, register), this::remove));
  }

  private <E> void add(E part, BiConsumer<? super E, PartMeters> register) {
    synchronized (byPart) {
      if (closed) {
        return;
      }
      PartMeters meters = new PartMeters(registry);
      byPart.put(part, meters);
      register.accept(part, meters);
    }
  }

  private void remove(Object part) {
    synchronized (byPart) {
      PartMeters meters = byPart.remove(part);
      if (meters != null) {
        meters.close();
      }
    }
  }
}
