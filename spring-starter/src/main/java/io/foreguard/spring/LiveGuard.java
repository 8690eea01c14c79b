package io.foreguard.spring;

import io.foreguard.bulkhead.ThreadPoolBulkhead;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.guard.Guard;
import io.foreguard.guard.GuardBuilder;
import io.foreguard.spring.ForeguardProperties.GuardProperties;
import io.foreguard.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A guard that was made from properties, and how it takes others. Immutable.
 *
 * <p>The new properties, with what customizers make of them, build another guard that is used for
 * nothing else: so they are checked just as at the start, and its parts have the settings that this
 * guard's parts take.
 */
final class LiveGuard {
  private static final Logger log = LoggerFactory.getLogger(LiveGuard.class);

  private final Guard guard;
  private final boolean ownBreaker;
  private final Consumer<GuardBuilder> changes;

  /**
   * A guard that was made with further {@code changes}.
   *
   * @param ownBreaker whether its circuit breaker was made with it
   */
  LiveGuard(Guard guard, boolean ownBreaker, Consumer<GuardBuilder> changes) {
    this.guard = guard;
    this.ownBreaker = ownBreaker;
    this.changes = changes;
  }

  /**
   * Checks what a guard would be made of.
   *
   * @throws RuntimeException if that breaks a rule
   */
  static void check(Blueprint blueprint, Clock clock) {
    Guard twin =
        twin(blueprint, clock, builder -> builder.circuitBreaker(blueprint.circuitBreaker(clock)));
    twin.threadPoolBulkhead().ifPresent(ThreadPoolBulkhead::close);
  }

  /**
   * How to put {@code next} in force; empty if that changes nothing.
   *
   * @throws RuntimeException if it breaks a rule
   */
  Optional<Runnable> change(GuardSettings before, Blueprint next) {
    if (next.settings().sameAs(before)) {
      return Optional.empty();
    }
    CircuitBreaker breaker = guard.circuitBreaker();
    Guard twin =
        twin(
            next,
            breaker.clock(),
            builder -> {
              if (ownBreaker) {
                builder.circuitBreaker(next.circuitBreaker(breaker.clock()));
              } else {
                builder.circuitBreaker(breaker);
              }
              changes.accept(builder);
            });
    twin.threadPoolBulkhead()
        .filter(pool -> pool != guard.threadPoolBulkhead().orElse(null))
        .ifPresent(ThreadPoolBulkhead::close);
    return Optional.of(() -> apply(twin, before, next.settings()));
  }

  /** Changes {@code breaker}, which keeps its model and, unless that changes, its policy. */
  static void reconfigure(
      CircuitBreaker breaker,
      CircuitBreakerConfig config,
      GuardSettings before,
      GuardSettings next) {
    CircuitBreakerConfig live = breaker.config();
    CircuitBreakerConfig.Builder builder = config.toBuilder();
    if (next.samePolicy(before)) {
      builder.policy(live.policy());
    }
    if (next.same(before, GuardProperties::modelFile)
        && next.same(before, GuardProperties::modelMustProve)) {
      builder.model(live.model());
    }
    breaker.reconfigure(builder.build());
    if (next.mode() != before.mode()) {
      breaker.mode(next.mode());
    }
  }

  private static Guard twin(Blueprint of, Clock clock, Consumer<GuardBuilder> breaker) {
    return of.settings()
        .built(
            () -> {
              GuardBuilder builder = Guard.builder(of.name()).clock(clock);
              breaker.accept(builder);
              of.configure(builder);
              return builder.build();
            });
  }

  private void apply(Guard twin, GuardSettings before, GuardSettings next) {
    List<String> needRestart = new ArrayList<>();
    if (twin.circuitBreaker() != guard.circuitBreaker()) {
      reconfigure(guard.circuitBreaker(), twin.circuitBreaker().config(), before, next);
    }
    update(twin, Guard::retry, (live, to) -> live.reconfigure(to.config()), "retry", needRestart);
    update(twin, Guard::hedge, (live, to) -> live.reconfigure(to.config()), "hedge", needRestart);
    update(
        twin,
        Guard::bulkhead,
        (live, to) -> live.reconfigure(to.config()),
        "bulkhead",
        needRestart);
    update(
        twin,
        Guard::threadPoolBulkhead,
        (live, to) -> live.reconfigure(to.config()),
        "thread-pool",
        needRestart);
    update(
        twin, Guard::timeout, (live, to) -> live.reconfigure(to.config()), "timeout", needRestart);
    if (!twin.deadline().equals(guard.deadline())) {
      needRestart.add("deadline");
    }
    if (!next.same(before, p -> p.fallback())) {
      needRestart.add("fallback");
    }
    if (needRestart.isEmpty()) {
      log.info("Guard '{}' has new settings; its evidence stays", guard.name());
    } else {
      log.warn(
          "Guard '{}' has new settings; of them these take effect at the next start only: {}",
          guard.name(),
          String.join(", ", needRestart));
    }
  }

  /** Changes a part that both have; one that comes or goes needs another guard. */
  private <P> void update(
      Guard twin,
      Function<Guard, Optional<P>> part,
      BiConsumer<P, P> change,
      String name,
      List<String> needRestart) {
    @Nullable P live = part.apply(guard).orElse(null);
    @Nullable P next = part.apply(twin).orElse(null);
    if (live != null && next != null) {
      if (live != next) {
        change.accept(live, next);
      }
    } else if (live != next) {
      needRestart.add(name);
    }
  }
}
