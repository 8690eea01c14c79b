package io.foreguard.resilience4j;

import io.foreguard.event.internal.Listeners;
import io.foreguard.internal.Require;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.EventPublisher;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnCallNotPermittedEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnErrorEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnFailureRateExceededEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnIgnoredErrorEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnResetEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnSlowCallRateExceededEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnStateTransitionEvent;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnSuccessEvent;
import io.github.resilience4j.core.EventConsumer;
import io.github.resilience4j.core.metrics.Snapshot;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Resilience4j's events. In the states DISABLED and FORCED_OPEN only transitions and resets are
 * told, as there. A consumer that throws keeps the event from no other, and is kept once however
 * often it is registered. Thread-safe.
 */
final class Voice implements EventPublisher {
  private final String name;
  private final Supplier<State> state;
  private final Consumers all;
  private final Consumers[] some;

  Voice(String name, Supplier<State> state) {
    this.name = name;
    this.state = state;
    String owner = "circuit breaker '" + name + "'";
    all = new Consumers(owner);
    some = new Consumers[CircuitBreakerEvent.Type.values().length];
    Arrays.setAll(some, type -> new Consumers(owner));
  }

  void succeeded(long duration, TimeUnit unit) {
    if (wants(CircuitBreakerEvent.Type.SUCCESS)) {
      publish(new CircuitBreakerOnSuccessEvent(name, duration(duration, unit)));
    }
  }

  void failed(long duration, TimeUnit unit, Throwable failure) {
    if (wants(CircuitBreakerEvent.Type.ERROR)) {
      publish(new CircuitBreakerOnErrorEvent(name, duration(duration, unit), failure));
    }
  }

  void ignored(long duration, TimeUnit unit, Throwable failure) {
    if (wants(CircuitBreakerEvent.Type.IGNORED_ERROR)) {
      publish(new CircuitBreakerOnIgnoredErrorEvent(name, duration(duration, unit), failure));
    }
  }

  void refused() {
    if (wants(CircuitBreakerEvent.Type.NOT_PERMITTED)) {
      publish(new CircuitBreakerOnCallNotPermittedEvent(name));
    }
  }

  void reset() {
    if (wants(CircuitBreakerEvent.Type.RESET)) {
      publish(new CircuitBreakerOnResetEvent(name));
    }
  }

  void moved(State from, State to) {
    if (from != to && wants(CircuitBreakerEvent.Type.STATE_TRANSITION)) {
      publish(
          new CircuitBreakerOnStateTransitionEvent(
              name, StateTransition.transitionBetween(name, from, to)));
    }
  }

  /** The rates of {@code calls} have reached a threshold or both. */
  void exceeded(Snapshot calls, boolean failures, boolean slowness) {
    if (failures && wants(CircuitBreakerEvent.Type.FAILURE_RATE_EXCEEDED)) {
      publish(new CircuitBreakerOnFailureRateExceededEvent(name, calls.getFailureRate()));
    }
    if (slowness && wants(CircuitBreakerEvent.Type.SLOW_CALL_RATE_EXCEEDED)) {
      publish(new CircuitBreakerOnSlowCallRateExceededEvent(name, calls.getSlowCallRate()));
    }
  }

  @Override
  public void onEvent(EventConsumer<CircuitBreakerEvent> consumer) {
    all.add(consumer);
  }

  @Override
  public EventPublisher onSuccess(EventConsumer<CircuitBreakerOnSuccessEvent> consumer) {
    return on(CircuitBreakerEvent.Type.SUCCESS, consumer);
  }

  @Override
  public EventPublisher onError(EventConsumer<CircuitBreakerOnErrorEvent> consumer) {
    return on(CircuitBreakerEvent.Type.ERROR, consumer);
  }

  @Override
  public EventPublisher onStateTransition(
      EventConsumer<CircuitBreakerOnStateTransitionEvent> consumer) {
    return on(CircuitBreakerEvent.Type.STATE_TRANSITION, consumer);
  }

  @Override
  public EventPublisher onReset(EventConsumer<CircuitBreakerOnResetEvent> consumer) {
    return on(CircuitBreakerEvent.Type.RESET, consumer);
  }

  @Override
  public EventPublisher onIgnoredError(EventConsumer<CircuitBreakerOnIgnoredErrorEvent> consumer) {
    return on(CircuitBreakerEvent.Type.IGNORED_ERROR, consumer);
  }

  @Override
  public EventPublisher onCallNotPermitted(
      EventConsumer<CircuitBreakerOnCallNotPermittedEvent> consumer) {
    return on(CircuitBreakerEvent.Type.NOT_PERMITTED, consumer);
  }

  @Override
  public EventPublisher onFailureRateExceeded(
      EventConsumer<CircuitBreakerOnFailureRateExceededEvent> consumer) {
    return on(CircuitBreakerEvent.Type.FAILURE_RATE_EXCEEDED, consumer);
  }

  @Override
  public EventPublisher onSlowCallRateExceeded(
      EventConsumer<CircuitBreakerOnSlowCallRateExceededEvent> consumer) {
    return on(CircuitBreakerEvent.Type.SLOW_CALL_RATE_EXCEEDED, consumer);
  }

  @SuppressWarnings("unchecked") // consumers of a type are given events of that type alone
  private EventPublisher on(
      CircuitBreakerEvent.Type type, EventConsumer<? extends CircuitBreakerEvent> consumer) {
    consumers(type).add((EventConsumer<CircuitBreakerEvent>) consumer);
    return this;
  }

  private boolean wants(CircuitBreakerEvent.Type type) {
    return (all.isAny() || consumers(type).isAny())
        && (type.forcePublish || state.get().allowPublish);
  }

  private void publish(CircuitBreakerEvent event) {
    all.deliver(event);
    consumers(event.getEventType()).deliver(event);
  }

  private Consumers consumers(CircuitBreakerEvent.Type type) {
    return some[type.ordinal()];
  }

  private static Duration duration(long duration, TimeUnit unit) {
    return Duration.ofNanos(unit.toNanos(duration));
  }

  /** Consumers of one type of event. */
  private static final class Consumers {
    private final Listeners<EventConsumer<CircuitBreakerEvent>> listeners;
    private final Set<EventConsumer<CircuitBreakerEvent>> known = ConcurrentHashMap.newKeySet();

    Consumers(String owner) {
      listeners = new Listeners<>(owner);
    }

    void add(EventConsumer<CircuitBreakerEvent> consumer) {
      if (known.add(Require.nonNull(consumer, "consumer"))) {
        listeners.add(consumer);
      }
    }

    boolean isAny() {
      return !listeners.isEmpty();
    }

    void deliver(CircuitBreakerEvent event) {
      listeners.forEach(consumer -> consumer.consumeEvent(event));
    }
  }
}
