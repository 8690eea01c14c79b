package io.foreguard.micrometer;

import io.foreguard.event.Subscription;
import io.foreguard.fallback.Fallback;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.registry.NamedRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/** What one meter registry has of the parts that are there now. Thread-safe. */
final class Binding {
  private final MeterRegistry registry;
  private final List<MeterSet> sets;
  private final IdentityHashMap<Object, PartMeters> byPart = new IdentityHashMap<>();
  private final List<Subscription> sources = new ArrayList<>();
  private boolean closed;

  Binding(MeterRegistry registry, MeterNaming naming) {
    this.registry = registry;
    sets = MeterSet.of(naming);
  }

  boolean isTo(MeterRegistry other) {
    return registry == other;
  }

  void observe(ForeguardRegistry parts) {
    observe(parts.circuitBreakers(), MeterSet::register);
    observe(parts.bulkheads(), MeterSet::register);
    observe(parts.threadPoolBulkheads(), MeterSet::register);
    observe(parts.retries(), MeterSet::register);
    observe(parts.hedges(), MeterSet::register);
    observe(parts.timeouts(), MeterSet::register);
  }

  void add(Fallback<?> fallback) {
    add(fallback, MeterSet::register);
  }

  void close() {
    sources.forEach(Subscription::close);
    synchronized (byPart) {
      closed = true;
      byPart.values().forEach(PartMeters::close);
      byPart.clear();
    }
  }

  private <E> void observe(NamedRegistry<E, ?> parts, Registration<E> register) {
    sources.add(parts.observe(part -> add(part, register), this::remove));
  }

  private <E> void add(E part, Registration<? super E> register) {
    synchronized (byPart) {
      if (closed) {
        return;
      }
      PartMeters meters = new PartMeters(registry);
      byPart.put(part, meters);
      sets.forEach(set -> register.apply(set, part, meters));
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

  /** Registers the meters that a set has of a part. */
  @FunctionalInterface
  private interface Registration<E> {
    void apply(MeterSet set, E part, PartMeters meters);
  }
}
