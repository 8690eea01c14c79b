package io.foreguard.otel;

import static io.foreguard.otel.ForeguardAttributes.CALL_OUTCOME;
import static io.foreguard.otel.ForeguardAttributes.CIRCUIT_BREAKER_NAME;
import static io.foreguard.otel.ForeguardAttributes.CIRCUIT_BREAKER_STATE;
import static io.foreguard.otel.ForeguardAttributes.ERROR_TYPE;
import static io.foreguard.otel.ForeguardAttributes.MODEL_FROM;
import static io.foreguard.otel.ForeguardAttributes.MODEL_NAME;
import static io.foreguard.otel.ForeguardAttributes.MODEL_TO;
import static io.foreguard.otel.ForeguardAttributes.MODEL_VERSION;
import static io.foreguard.otel.ForeguardAttributes.TRANSITION_FROM;
import static io.foreguard.otel.ForeguardAttributes.TRANSITION_TO;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerEvent;
import io.foreguard.circuitbreaker.CircuitBreakerEvents;
import io.foreguard.circuitbreaker.Explanation;
import io.foreguard.circuitbreaker.State;
import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.MonitoredModel;
import io.foreguard.event.Subscription;
import io.foreguard.evidence.Outcome;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.logs.Severity;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/** Reports one circuit breaker. */
final class CircuitBreakerWatch implements Watch {
  private static final State[] STATES = State.values();

  private final CircuitBreaker breaker;
  private final EventSink sink;
  private final Instruments instruments;
  private final RateLimit rejectionLimit;
  private final Decisions decisions;
  private final Attributes name;
  private final Attributes[] byOutcome;
  private final Attributes[] byState;
  private final LongAdder[] transitions = adders(STATES.length * STATES.length);
  private final ConcurrentMap<Attributes, LongAdder> modelChanges = new ConcurrentHashMap<>();
  private final CircuitBreakerEventAttributes attributes = new CircuitBreakerEventAttributes();
  private final List<Subscription> subscriptions;

  CircuitBreakerWatch(CircuitBreaker breaker, Instruments instruments, EventSink sink) {
    this.breaker = breaker;
    this.sink = sink;
    this.instruments = instruments;
    rejectionLimit = sink.newLimit(breaker.clock());
    decisions = new Decisions(breaker.name(), breaker.estimate());
    name = Attributes.of(CIRCUIT_BREAKER_NAME, breaker.name());
    byOutcome = byOutcome(name);
    byState = byState(name);
    CircuitBreakerEvents events = breaker.events();
    subscriptions =
        List.of(
            events.onCall(this::callEnded),
            events.onRejection(this::rejected),
            events.onTransition(this::moved),
            events.onModelChange(this::modelChanged),
            events.onModeChange(this::modeChanged));
  }

  @Override
  public void collect(Instruments out) {
    Explanation now = breaker.explain();
    State state = breaker.state();
    for (State each : STATES) {
      out.count(
          ForeguardMetric.CIRCUIT_BREAKER_STATUS, each == state ? 1 : 0, byState[each.ordinal()]);
    }
    out.gauge(ForeguardMetric.CIRCUIT_BREAKER_ADMISSION_SHARE, breaker.admissionShare(), name);
    Estimate estimate = now.estimate();
    out.gauge(
        ForeguardMetric.PREDICTION_SUCCESS_PROBABILITY,
        estimate.probability(),
        decisions.attributes(estimate));
    out.gauge(ForeguardMetric.PREDICTION_THRESHOLD, now.threshold(), name);
    if (breaker.config().model() instanceof MonitoredModel model) {
      collect(model, out);
    }
    decisions.collect(out);
    collectTransitions(out);
    modelChanges.forEach(
        (which, count) -> out.count(ForeguardMetric.PREDICTION_MODEL_CHANGES, count.sum(), which));
  }

  @Override
  public void close() {
    subscriptions.forEach(Subscription::close);
  }

  private void collect(MonitoredModel model, Instruments out) {
    Attributes which =
        name.toBuilder().put(MODEL_NAME, model.name()).put(MODEL_VERSION, model.version()).build();
    out.gauge(ForeguardMetric.PREDICTION_CALIBRATION_ERROR, model.calibrationError(), which);
    out.gauge(ForeguardMetric.PREDICTION_DRIFT, model.drift(), which);
  }

  private void collectTransitions(Instruments out) {
    for (State from : STATES) {
      for (State to : STATES) {
        long count = transitions[index(from, to)].sum();
        if (count != 0) {
          out.count(
              ForeguardMetric.CIRCUIT_BREAKER_TRANSITIONS,
              count,
              name.toBuilder()
                  .put(TRANSITION_FROM, Words.of(from))
                  .put(TRANSITION_TO, Words.of(to))
                  .build());
        }
      }
    }
  }

  private void callEnded(Outcome outcome, long durationNanos, boolean probe) {
    if (breaker.restsOnDefaultModel()) {
      decisions.admittedByDefault(probe);
    } else {
      decisions.admitted(breaker.estimate(), probe);
    }
    instruments.callTook(Words.seconds(durationNanos), byOutcome[outcome.ordinal()]);
  }

  private void rejected(CircuitBreakerEvent.Rejection event) {
    decisions.rejected(event.explanation().estimate(), event.reason(), event.shadow());
    sink.emitLimited(
        ForeguardEvent.CIRCUIT_BREAKER_REJECTION,
        event.time(),
        rejectionLimit,
        event,
        attributes::of);
  }

  private void moved(CircuitBreakerEvent.Transition event) {
    transitions[index(event.from(), event.to())].increment();
    sink.emit(
        ForeguardEvent.CIRCUIT_BREAKER_TRANSITION,
        event.to() == State.OPEN
            ? Severity.WARN
            : ForeguardEvent.CIRCUIT_BREAKER_TRANSITION.severity(),
        event.time(),
        attributes.of(event));
  }

  private void modelChanged(CircuitBreakerEvent.ModelChange event) {
    Attributes which =
        name.toBuilder().put(MODEL_FROM, event.from()).put(MODEL_TO, event.to()).build();
    modelChanges.computeIfAbsent(which, key -> new LongAdder()).increment();
    sink.emit(
        ForeguardEvent.PREDICTION_MODEL_CHANGE,
        ForeguardEvent.PREDICTION_MODEL_CHANGE.severity(),
        event.time(),
        attributes.of(event));
  }

  private void modeChanged(CircuitBreakerEvent.ModeChange event) {
    sink.emit(
        ForeguardEvent.CIRCUIT_BREAKER_MODE_CHANGE,
        ForeguardEvent.CIRCUIT_BREAKER_MODE_CHANGE.severity(),
        event.time(),
        attributes.of(event));
  }

  private static int index(State from, State to) {
    return from.ordinal() * STATES.length + to.ordinal();
  }

  private static LongAdder[] adders(int length) {
    LongAdder[] adders = new LongAdder[length];
    for (int i = 0; i < length; i++) {
      adders[i] = new LongAdder();
    }
    return adders;
  }

  private static Attributes[] byState(Attributes name) {
    Attributes[] all = new Attributes[STATES.length];
    for (State state : STATES) {
      all[state.ordinal()] = name.toBuilder().put(CIRCUIT_BREAKER_STATE, Words.of(state)).build();
    }
    return all;
  }

  private static Attributes[] byOutcome(Attributes name) {
    Outcome[] outcomes = Outcome.values();
    Attributes[] all = new Attributes[outcomes.length];
    for (Outcome outcome : outcomes) {
      AttributesBuilder one = name.toBuilder().put(CALL_OUTCOME, Words.of(outcome));
      if (outcome.isFailure()) {
        one.put(ERROR_TYPE, outcome == Outcome.FAILURE ? Decisions.OTHER : Words.of(outcome));
      }
      all[outcome.ordinal()] = one.build();
    }
    return all;
  }
}
