package io.foreguard.micrometer;

import io.foreguard.fallback.Fallback;
import io.foreguard.internal.Require;
import io.foreguard.registry.ForeguardRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.List;

/**
 * Meters for every circuit breaker, bulkhead, retry, hedge and time-out of a registry, those that
 * are there and those that come; the meters of one that is removed from the registry are removed.
 * Thread-safe.
 *
 * <pre>{@code
 * ForeguardMeterBinder.of(registry).bindTo(meterRegistry);
 * }</pre>
 *
 * <p>Every series of a meter has the same tags, and no value is ever NaN. Two parts of one kind
 * that share a name share their meters. What the listeners of a binder throw never reaches a call.
 */
public final class ForeguardMeterBinder implements MeterBinder, AutoCloseable {
  private final ForeguardRegistry registry;
  private final MeterNaming naming;
  private final List<Fallback<?>> fallbacks = new ArrayList<>();
  private final List<Binding> bindings = new ArrayList<>();
  private boolean closed;

  private ForeguardMeterBinder(ForeguardRegistry registry, MeterNaming naming) {
    this.registry = registry;
    this.naming = naming;
  }

  /** A binder for all that is in {@code registry}, under Foreguard's own names. */
  public static ForeguardMeterBinder of(ForeguardRegistry registry) {
    return of(registry, MeterNaming.FOREGUARD);
  }

  /** A binder for all that is in {@code registry}, under the names of {@code naming}. */
  public static ForeguardMeterBinder of(ForeguardRegistry registry, MeterNaming naming) {
    return new ForeguardMeterBinder(
        Require.nonNull(registry, "registry"), Require.nonNull(naming, "naming"));
  }

  /**
   * Registers the meters. May be called with several meter registries; with the same one again it
   * does nothing, and so it does after {@link #close}.
   *
   * @throws IllegalArgumentException if {@code meters} refuses a meter that is registered now
   */
  @Override
  public void bindTo(MeterRegistry meters) {
    Require.nonNull(meters, "meters");
    synchronized (bindings) {
      if (closed || bindings.stream().anyMatch(binding -> binding.isTo(meters))) {
        return;
      }
      Binding binding = new Binding(meters, naming);
      bindings.add(binding);
      fallbacks.forEach(binding::add);
      binding.observe(registry);
    }
  }

  /** Adds the answers of a fallback, which is in no registry, until this is closed. */
  public void observe(Fallback<?> fallback) {
    Require.nonNull(fallback, "fallback");
    synchronized (bindings) {
      if (!closed && fallbacks.stream().noneMatch(known -> known == fallback)) {
        fallbacks.add(fallback);
        bindings.forEach(binding -> binding.add(fallback));
      }
    }
  }

  /** Removes all meters and listeners. Closing twice does nothing. */
  @Override
  public void close() {
    synchronized (bindings) {
      closed = true;
      bindings.forEach(Binding::close);
      bindings.clear();
    }
  }
}
