package io.foreguard.circuitbreaker;

import io.foreguard.event.Subscription;
import io.foreguard.event.internal.Emitter;
import io.foreguard.event.internal.Listeners;
import io.foreguard.evidence.Outcome;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a circuit breaker tells about itself. Thread-safe.
 *
 * <p>Events are delivered after the change, on the thread that caused it, outside every lock; two
 * threads may deliver at the same time, and the era of a transition gives the order. A listener
 * that throws reaches neither the caller nor the next listener. A listener for one kind costs
 * nothing where another kind happens.
 */
public final class CircuitBreakerEvents {
  private final Emitter<CircuitBreakerEvent.Transition> transitions;
  private final Emitter<CircuitBreakerEvent.Rejection> rejections;
  private final Emitter<CircuitBreakerEvent.ModelChange> modelChanges;
  private final Emitter<CircuitBreakerEvent.ModeChange> modeChanges;
  private final Listeners<CallListener> calls;

  CircuitBreakerEvents(String name) {
    String owner = "circuit breaker '" + name + "'";
    transitions = new Emitter<>(owner);
    rejections = new Emitter<>(owner);
    modelChanges = new Emitter<>(owner);
    modeChanges = new Emitter<>(owner);
    calls = new Listeners<>(owner);
  }

  /** Adds a listener for transitions between states. */
  public Subscription onTransition(Consumer<? super CircuitBreakerEvent.Transition> listener) {
    return transitions.subscribe(listener);
  }

  /** Adds a listener for refused calls, and for those that shadow mode would have refused. */
  public Subscription onRejection(Consumer<? super CircuitBreakerEvent.Rejection> listener) {
    return rejections.subscribe(listener);
  }

  /** Adds a listener for demotions and promotions of the model. */
  public Subscription onModelChange(Consumer<? super CircuitBreakerEvent.ModelChange> listener) {
    return modelChanges.subscribe(listener);
  }

  /** Adds a listener for changes of mode. */
  public Subscription onModeChange(Consumer<? super CircuitBreakerEvent.ModeChange> listener) {
    return modeChanges.subscribe(listener);
  }

  /** Adds a listener for all of the above. */
  public Subscription onAny(Consumer<? super CircuitBreakerEvent> listener) {
    List<Subscription> all =
        List.of(
            transitions.subscribe(listener),
            rejections.subscribe(listener),
            modelChanges.subscribe(listener),
            modeChanges.subscribe(listener));
    return () -> all.forEach(Subscription::close);
  }

  /** Adds a listener for every call that ended. */
  public Subscription onCall(CallListener listener) {
    return calls.add(listener);
  }

  boolean wantsRejections() {
    return !rejections.isEmpty();
  }

  void publish(CircuitBreakerEvent event) {
    if (event instanceof CircuitBreakerEvent.Transition transition) {
      transitions.publish(transition);
    } else if (event instanceof CircuitBreakerEvent.Rejection rejection) {
      rejections.publish(rejection);
    } else if (event instanceof CircuitBreakerEvent.ModelChange change) {
      modelChanges.publish(change);
    } else if (event instanceof CircuitBreakerEvent.ModeChange change) {
      modeChanges.publish(change);
    }
  }

  void callEnded(
      String key,
      Outcome outcome,
      long durationNanos,
      boolean probe,
      boolean shadowRejected,
      long now) {
    for (Object entry : calls.entries()) { // with each call: nothing may be allocated
      try {
        calls.listener(entry).onCall(key, outcome, durationNanos, probe, shadowRejected, now);
      } catch (Throwable t) {
        calls.report(t);
      }
    }
  }

  void callRefused(String key, RejectionReason reason, long now) {
    if (!calls.isEmpty()) {
      calls.forEach(listener -> listener.onRefusal(key, reason, now));
    }
  }
}
