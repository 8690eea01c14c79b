package io.foreguard.otel;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.bulkhead.ThreadPoolBulkhead;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.event.ContextCarrier;
import io.foreguard.event.Subscription;
import io.foreguard.fallback.Fallback;
import io.foreguard.guard.FallbackGuard;
import io.foreguard.guard.Guard;
import io.foreguard.hedge.Hedge;
import io.foreguard.internal.Require;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.retry.Retry;
import io.foreguard.time.Clock;
import io.foreguard.timeout.Timeout;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Reports what guards do through an {@link OpenTelemetry} of the caller's choice, never the global
 * one. Listens to the guards themselves. Thread-safe.
 *
 * <pre>{@code
 * ForeguardTelemetry telemetry = ForeguardTelemetry.create(openTelemetry);
 * telemetry.observe(registry);
 * }</pre>
 *
 * <p>{@link ForeguardMetric} lists the metrics, {@link ForeguardEvent} the events and what goes
 * onto spans, {@link ForeguardAttributes} the attributes. A failing exporter or instrument never
 * reaches a call, and is told in one log line, with repeats at DEBUG. What is observed twice is
 * reported once. Series are told apart by names: two parts of one kind should not share one under
 * the same telemetry.
 *
 * <p>While there is one, calls take their caller's {@link Context} along to the threads on which
 * they end or are tried again: see {@link ContextCarrier}. So histograms have exemplars of the
 * caller's trace, and events belong to it.
 *
 * <p>Closing ends everything: no listener stays with any guard, and no gauge or counter is reported
 * any more. (What histograms have recorded stays with the SDK, whose API cannot take it back.)
 */
public final class ForeguardTelemetry implements AutoCloseable {
  private final Instruments instruments;
  private final EventSink sink;
  private final Watches watches;
  private final Subscription carrier;

  private ForeguardTelemetry(Builder builder) {
    Scope scope = Scope.ours();
    Failures failures = new Failures();
    instruments = new Instruments(scope.meter(builder.openTelemetry), failures);
    sink =
        new EventSink(
            scope.logger(builder.openTelemetry),
            failures,
            builder.logEvents,
            builder.spanAttributes,
            builder.spanEvents,
            builder.limitedEventsPerSecond);
    watches = new Watches(instruments, failures);
    carrier = ContextCarrier.install(ForeguardTelemetry::callersContext);
  }

  /** A telemetry with the default settings. */
  public static ForeguardTelemetry create(OpenTelemetry openTelemetry) {
    return builder(openTelemetry).build();
  }

  /** A builder with the defaults. */
  public static Builder builder(OpenTelemetry openTelemetry) {
    return new Builder(openTelemetry);
  }

  /**
   * Reports every circuit breaker, bulkhead, retry, hedge and time-out of {@code registry}, those
   * that are there and those that come, until it is removed from the registry or the handle is
   * closed. Fallbacks are in no registry: see {@link #observe(Fallback)}.
   */
  @CanIgnoreReturnValue
  public Subscription observe(ForeguardRegistry registry) {
    Require.nonNull(registry, "registry");
    Clock clock = registry.clock();
    Watches.Scope scope = watches.newScope();
    List<Subscription> all =
        List.of(
            registry.circuitBreakers().observe(b -> scope.add(b, of(b)), scope::remove),
            registry.bulkheads().observe(b -> scope.add(b, of(b, clock)), scope::remove),
            registry.threadPoolBulkheads().observe(b -> scope.add(b, of(b, clock)), scope::remove),
            registry
                .retries()
                .observe(r -> scope.add(key(r), of(r, clock)), r -> scope.remove(key(r))),
            registry.hedges().observe(h -> scope.add(key(h), of(h)), h -> scope.remove(key(h))),
            registry.timeouts().observe(t -> scope.add(t, of(t)), scope::remove));
    return scope.closing(all);
  }

  /** Reports every part of a guard that is in no registry, until the handle is closed. */
  @CanIgnoreReturnValue
  public Subscription observe(Guard guard) {
    Require.nonNull(guard, "guard");
    Watches.Scope scope = watches.newScope();
    addParts(guard, scope);
    return scope.closing(List.of());
  }

  /** Reports every part of a guard and its fallback's answers, until the handle is closed. */
  @CanIgnoreReturnValue
  public Subscription observe(FallbackGuard<?> guard) {
    Require.nonNull(guard, "guard");
    Watches.Scope scope = watches.newScope();
    addParts(guard.guard(), scope);
    scope.add(guard.fallback(), of(guard.fallback(), guard.guard().circuitBreaker().clock()));
    return scope.closing(List.of());
  }

  /** Reports the answers of {@code fallback}, until the handle is closed. */
  @CanIgnoreReturnValue
  public Subscription observe(Fallback<?> fallback) {
    Require.nonNull(fallback, "fallback");
    Watches.Scope scope = watches.newScope();
    scope.add(fallback, of(fallback, Clock.system()));
    return scope.closing(List.of());
  }

  /** Stops reporting and listening. Closing twice does nothing. */
  @Override
  public void close() {
    watches.close();
    carrier.close();
  }

  private static Executor callersContext() {
    Context caller = Context.current();
    return task -> caller.wrap(task).run();
  }

  private void addParts(Guard guard, Watches.Scope scope) {
    CircuitBreaker breaker = guard.circuitBreaker();
    Clock clock = breaker.clock();
    scope.add(breaker, of(breaker));
    guard.bulkhead().ifPresent(part -> scope.add(part, of(part, clock)));
    guard.threadPoolBulkhead().ifPresent(part -> scope.add(part, of(part, clock)));
    guard.retry().ifPresent(part -> scope.add(key(part), of(part, clock)));
    guard.hedge().ifPresent(part -> scope.add(key(part), of(part)));
    guard.timeout().ifPresent(part -> scope.add(part, of(part)));
  }

  private Supplier<Watch> of(CircuitBreaker breaker) {
    return () -> new CircuitBreakerWatch(breaker, instruments, sink);
  }

  private Supplier<Watch> of(Bulkhead bulkhead, Clock clock) {
    return () -> BulkheadWatch.of(bulkhead, clock, sink);
  }

  private Supplier<Watch> of(ThreadPoolBulkhead bulkhead, Clock clock) {
    return () -> BulkheadWatch.of(bulkhead, clock, sink);
  }

  private Supplier<Watch> of(Retry retry, Clock clock) {
    return () -> new RetryWatch(retry, clock, sink);
  }

  private Supplier<Watch> of(Hedge hedge) {
    return () -> new HedgeWatch(hedge);
  }

  private Supplier<Watch> of(Timeout timeout) {
    return () -> new TimeoutWatch(timeout);
  }

  private Supplier<Watch> of(Fallback<?> fallback, Clock clock) {
    return () -> new FallbackWatch(fallback, clock, instruments, sink);
  }

  /** Views of one retry share its counts, and are the same retry here. */
  private static Object key(Retry retry) {
    return retry.metrics();
  }

  /** The same for views of one hedge. */
  private static Object key(Hedge hedge) {
    return hedge.metrics();
  }

  /** Collects settings. Not thread-safe. */
  public static final class Builder {
    private static final int MOST_EVENTS = 1_000;

    private final OpenTelemetry openTelemetry;
    private boolean spanAttributes = true;
    private boolean spanEvents;
    private boolean logEvents = true;
    private int limitedEventsPerSecond = 10;

    private Builder(OpenTelemetry openTelemetry) {
      this.openTelemetry = Require.nonNull(openTelemetry, "openTelemetry");
    }

    /** Sets whether a refused or repeated call is told on its span as attributes. Default true. */
    @CanIgnoreReturnValue
    public Builder spanAttributes(boolean value) {
      spanAttributes = value;
      return this;
    }

    /**
     * Sets whether events are added to the current span as well, for backends that have traces
     * only. Default false.
     */
    @CanIgnoreReturnValue
    public Builder spanEvents(boolean value) {
      spanEvents = value;
      return this;
    }

    /** Sets whether events become log records. Default true. */
    @CanIgnoreReturnValue
    public Builder logEvents(boolean value) {
      logEvents = value;
      return this;
    }

    /**
     * Sets how many log records per second each part writes at most of each kind of event that can
     * happen with every call, evenly spaced; those left out are counted in the next. Default 10.
     *
     * @throws IllegalArgumentException if outside {@code [0, 1000]}
     */
    @CanIgnoreReturnValue
    public Builder limitedEventsPerSecond(int value) {
      limitedEventsPerSecond = Require.inRange(value, 0, MOST_EVENTS, "limitedEventsPerSecond");
      return this;
    }

    /** Builds the telemetry, with its instruments. */
    public ForeguardTelemetry build() {
      return new ForeguardTelemetry(this);
    }
  }
}
