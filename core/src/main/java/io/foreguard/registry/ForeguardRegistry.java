package io.foreguard.registry;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.bulkhead.BulkheadConfig;
import io.foreguard.bulkhead.ThreadPoolBulkhead;
import io.foreguard.bulkhead.ThreadPoolBulkheadConfig;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.guard.Guard;
import io.foreguard.guard.GuardBuilder;
import io.foreguard.hedge.Hedge;
import io.foreguard.hedge.HedgeConfig;
import io.foreguard.internal.Require;
import io.foreguard.retry.Retry;
import io.foreguard.retry.RetryConfig;
import io.foreguard.time.Clock;
import io.foreguard.timeout.Timeout;
import io.foreguard.timeout.TimeoutConfig;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * All guards of a program and their parts, by name, on one clock: what telemetry, health checks and
 * operators look at. Thread-safe.
 *
 * <pre>{@code
 * ForeguardRegistry registry = ForeguardRegistry.create();
 * Guard guard = registry.guard("loyalty", g -> g.timeout(Duration.ofMillis(800)));
 * }</pre>
 */
public final class ForeguardRegistry implements AutoCloseable {
  private static final String PART_NAME = "the name of a guard's part";
  private static final String PART_NAME_RULE = "free, or that of the same instance";

  private final Clock clock;
  private final NamedRegistry<CircuitBreaker, CircuitBreakerConfig> circuitBreakers;
  private final NamedRegistry<Bulkhead, BulkheadConfig> bulkheads;
  private final NamedRegistry<ThreadPoolBulkhead, ThreadPoolBulkheadConfig> threadPoolBulkheads;
  private final NamedRegistry<Retry, RetryConfig> retries;
  private final NamedRegistry<Hedge, HedgeConfig> hedges;
  private final NamedRegistry<Timeout, TimeoutConfig> timeouts;
  private final NamedRegistry<Guard, Consumer<GuardBuilder>> guards;

  private ForeguardRegistry(Builder builder) {
    clock = builder.clock;
    Map<String, String> tags = builder.tags;
    circuitBreakers =
        new NamedRegistry<>(
            "circuit breakers",
            builder.circuitBreaker,
            tags,
            (name, config) -> CircuitBreaker.of(name, config, clock));
    bulkheads =
        new NamedRegistry<>(
            "bulkheads",
            builder.bulkhead,
            tags,
            (name, config) -> Bulkhead.of(name, config, clock));
    threadPoolBulkheads =
        new NamedRegistry<>(
            "thread-pool bulkheads",
            builder.threadPoolBulkhead,
            tags,
            (name, config) -> ThreadPoolBulkhead.of(name, config, clock));
    retries =
        new NamedRegistry<>(
            "retries", builder.retry, tags, (name, config) -> Retry.of(name, config, clock));
    hedges =
        new NamedRegistry<>(
            "hedges", builder.hedge, tags, (name, config) -> Hedge.of(name, config, clock));
    timeouts =
        new NamedRegistry<>(
            "timeouts", builder.timeout, tags, (name, config) -> Timeout.of(name, config, clock));
    guards = new NamedRegistry<>("guards", guard -> {}, tags, this::build);
  }

  /** A registry with default settings on the system clock. */
  public static ForeguardRegistry create() {
    return builder().build();
  }

  /** A builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The time that everything created here lives by. */
  public Clock clock() {
    return clock;
  }

  /** The breaker of that name, created with the default settings when there is none. */
  public CircuitBreaker circuitBreaker(String name) {
    return circuitBreakers.get(name);
  }

  /** The breaker of that name, created with {@code config} when there is none. */
  public CircuitBreaker circuitBreaker(String name, CircuitBreakerConfig config) {
    return circuitBreakers.get(name, config);
  }

  /** The bulkhead of that name, created with the default settings when there is none. */
  public Bulkhead bulkhead(String name) {
    return bulkheads.get(name);
  }

  /** The bulkhead of that name, created with {@code config} when there is none. */
  public Bulkhead bulkhead(String name, BulkheadConfig config) {
    return bulkheads.get(name, config);
  }

  /** The retry of that name, created with the default settings when there is none. */
  public Retry retry(String name) {
    return retries.get(name);
  }

  /** The retry of that name, created with {@code config} when there is none. */
  public Retry retry(String name, RetryConfig config) {
    return retries.get(name, config);
  }

  /** The guard of that name, created with a breaker and nothing else when there is none. */
  public Guard guard(String name) {
    return guards.get(name);
  }

  /**
   * The guard of that name, created as {@code settings} say when there is none. Its parts are
   * registered under their names; it starts from the breaker of its name if that exists.
   *
   * @throws IllegalArgumentException if a part's name is taken by another instance
   */
  public Guard guard(String name, Consumer<GuardBuilder> settings) {
    return guards.get(name, settings);
  }

  /** All circuit breakers. */
  public NamedRegistry<CircuitBreaker, CircuitBreakerConfig> circuitBreakers() {
    return circuitBreakers;
  }

  /** All semaphore bulkheads. */
  public NamedRegistry<Bulkhead, BulkheadConfig> bulkheads() {
    return bulkheads;
  }

  /** All thread-pool bulkheads. */
  public NamedRegistry<ThreadPoolBulkhead, ThreadPoolBulkheadConfig> threadPoolBulkheads() {
    return threadPoolBulkheads;
  }

  /** All retries. */
  public NamedRegistry<Retry, RetryConfig> retries() {
    return retries;
  }

  /** All hedges of guards. */
  public NamedRegistry<Hedge, HedgeConfig> hedges() {
    return hedges;
  }

  /** All time-outs of guards. */
  public NamedRegistry<Timeout, TimeoutConfig> timeouts() {
    return timeouts;
  }

  /** All guards. */
  public NamedRegistry<Guard, Consumer<GuardBuilder>> guards() {
    return guards;
  }

  /** Closes all thread pools. Guards without one go on working. */
  @Override
  public void close() {
    threadPoolBulkheads.entries().forEach(ThreadPoolBulkhead::close);
  }

  /** Registers the guard's parts, or none of them when a name is taken. */
  private Guard build(String name, Consumer<GuardBuilder> settings) {
    Optional<CircuitBreaker> existing = circuitBreakers.find(name);
    Guard guard = checked(build(name, settings, existing));
    CircuitBreaker holder = register(guard.circuitBreaker());
    if (holder != guard.circuitBreaker() && existing.isEmpty() && holder.name().equals(name)) {
      guard = checked(build(name, settings, Optional.of(holder))); // it came in between
      holder = register(guard.circuitBreaker());
    }
    Require.that(holder == guard.circuitBreaker(), PART_NAME, PART_NAME_RULE, holder.name());
    guard.bulkhead().ifPresent(part -> adopt(bulkheads, part.name(), part));
    guard.threadPoolBulkhead().ifPresent(part -> adopt(threadPoolBulkheads, part.name(), part));
    guard.retry().ifPresent(part -> adopt(retries, part.name(), part));
    guard.hedge().ifPresent(part -> adopt(hedges, part.name(), part));
    guard.timeout().ifPresent(part -> adopt(timeouts, part.name(), part));
    return guard;
  }

  private Guard build(
      String name, Consumer<GuardBuilder> settings, Optional<CircuitBreaker> existing) {
    GuardBuilder builder = Guard.builder(name).clock(clock);
    existing.ifPresentOrElse(
        builder::circuitBreaker, () -> builder.circuitBreaker(circuitBreakers.getDefaultConfig()));
    settings.accept(builder);
    return builder.build();
  }

  private CircuitBreaker register(CircuitBreaker breaker) {
    return circuitBreakers.add(breaker.name(), breaker);
  }

  /** The guard, if the names of its parts but the breaker's are free. */
  private Guard checked(Guard guard) {
    guard.bulkhead().ifPresent(part -> requireFree(bulkheads, part.name(), part));
    guard
        .threadPoolBulkhead()
        .ifPresent(part -> requireFree(threadPoolBulkheads, part.name(), part));
    guard.retry().ifPresent(part -> requireFree(retries, part.name(), part));
    guard.hedge().ifPresent(part -> requireFree(hedges, part.name(), part));
    guard.timeout().ifPresent(part -> requireFree(timeouts, part.name(), part));
    return guard;
  }

  private static <E> void requireFree(NamedRegistry<E, ?> registry, String name, E part) {
    E holder = registry.find(name).orElse(part);
    Require.that(holder == part, PART_NAME, PART_NAME_RULE, name);
  }

  private static <E> void adopt(NamedRegistry<E, ?> registry, String name, E part) {
    Require.that(registry.add(name, part) == part, PART_NAME, PART_NAME_RULE, name);
  }

  /** Collects default settings. Not thread-safe. */
  public static final class Builder {
    private Clock clock = Clock.system();
    private Map<String, String> tags = Map.of();
    private CircuitBreakerConfig circuitBreaker = CircuitBreakerConfig.defaults();
    private BulkheadConfig bulkhead = BulkheadConfig.defaults();
    private ThreadPoolBulkheadConfig threadPoolBulkhead = ThreadPoolBulkheadConfig.defaults();
    private RetryConfig retry = RetryConfig.defaults();
    private HedgeConfig hedge = HedgeConfig.defaults();
    private TimeoutConfig timeout = TimeoutConfig.defaults();

    private Builder() {}

    /** Sets the time that everything created lives by. Default the system clock. */
    @CanIgnoreReturnValue
    public Builder clock(Clock value) {
      clock = Require.nonNull(value, "clock");
      return this;
    }

    /** Sets tags for everything created, for metrics. None by default. */
    @CanIgnoreReturnValue
    public Builder tags(Map<String, String> value) {
      tags = Map.copyOf(value);
      return this;
    }

    /** Sets the default settings of breakers. */
    @CanIgnoreReturnValue
    public Builder circuitBreakerDefaults(CircuitBreakerConfig value) {
      circuitBreaker = Require.nonNull(value, "circuitBreakerDefaults");
      return this;
    }

    /** Sets the default settings of semaphore bulkheads. */
    @CanIgnoreReturnValue
    public Builder bulkheadDefaults(BulkheadConfig value) {
      bulkhead = Require.nonNull(value, "bulkheadDefaults");
      return this;
    }

    /** Sets the default settings of thread-pool bulkheads. */
    @CanIgnoreReturnValue
    public Builder threadPoolBulkheadDefaults(ThreadPoolBulkheadConfig value) {
      threadPoolBulkhead = Require.nonNull(value, "threadPoolBulkheadDefaults");
      return this;
    }

    /** Sets the default settings of retries. */
    @CanIgnoreReturnValue
    public Builder retryDefaults(RetryConfig value) {
      retry = Require.nonNull(value, "retryDefaults");
      return this;
    }

    /** Sets the default settings of hedges. */
    @CanIgnoreReturnValue
    public Builder hedgeDefaults(HedgeConfig value) {
      hedge = Require.nonNull(value, "hedgeDefaults");
      return this;
    }

    /** Sets the default settings of time-outs. */
    @CanIgnoreReturnValue
    public Builder timeoutDefaults(TimeoutConfig value) {
      timeout = Require.nonNull(value, "timeoutDefaults");
      return this;
    }

    /** Builds the registry. */
    public ForeguardRegistry build() {
      return new ForeguardRegistry(this);
    }
  }
}
