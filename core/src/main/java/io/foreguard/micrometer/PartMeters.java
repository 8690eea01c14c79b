package io.foreguard.micrometer;

import io.foreguard.event.Subscription;
import io.foreguard.internal.Require;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * The meters of one part in one meter registry, to be removed together. Gauges and counters hold
 * what they read strongly: Micrometer by itself holds it weakly, and reports NaN once it is gone.
 * Thread-safe.
 */
final class PartMeters {
  private final MeterRegistry registry;
  private final List<Meter> meters = new ArrayList<>();
  private final List<Subscription> subscriptions = new ArrayList<>();
  private boolean closed;

  PartMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  void gauge(MeterRow meter, DoubleSupplier value, String... tagValues) {
    keep(
        Gauge.builder(meter.meterName(), value::getAsDouble) // of a supplier: held strongly
            .description(meter.description())
            .baseUnit(meter.unit())
            .tags(tags(meter, tagValues))
            .register(registry));
  }

  /** A counter of what the part itself counts. */
  void counter(MeterRow meter, LongSupplier count, String... tagValues) {
    keep(
        FunctionCounter.builder(meter.meterName(), count, weaklyHeld -> count.getAsLong())
            .description(meter.description())
            .baseUnit(meter.unit())
            .tags(tags(meter, tagValues))
            .register(registry));
  }

  /** A counter to increment. */
  Counter counter(MeterRow meter, String... tagValues) {
    return keep(
        Counter.builder(meter.meterName())
            .description(meter.description())
            .baseUnit(meter.unit())
            .tags(tags(meter, tagValues))
            .register(registry));
  }

  Timer timer(MeterRow meter, String... tagValues) {
    return keep(
        Timer.builder(meter.meterName())
            .description(meter.description())
            .tags(tags(meter, tagValues))
            .register(registry));
  }

  /** Keeps a listener until {@link #close}. */
  void listen(Subscription subscription) {
    synchronized (meters) {
      if (!closed) {
        subscriptions.add(subscription);
        return;
      }
    }
    subscription.close();
  }

  void close() {
    List<Meter> toRemove;
    synchronized (meters) {
      closed = true;
      subscriptions.forEach(Subscription::close);
      toRemove = List.copyOf(meters);
    }
    toRemove.forEach(registry::remove);
  }

  private <M extends Meter> M keep(M meter) {
    boolean late;
    synchronized (meters) {
      late = closed;
      meters.add(meter);
    }
    if (late) { // an event that was under way when the part was removed
      registry.remove(meter);
    }
    return meter;
  }

  private static Tags tags(MeterRow meter, String... values) {
    List<String> keys = meter.tags();
    Require.that(values.length == keys.size(), "tags", "as many as keys", values.length);
    List<Tag> tags = new ArrayList<>(values.length);
    for (int i = 0; i < values.length; i++) {
      tags.add(Tag.of(keys.get(i), values[i]));
    }
    return Tags.of(tags);
  }
}
