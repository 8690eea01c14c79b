package io.foreguard.micrometer;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerEvent;
import io.foreguard.circuitbreaker.CircuitBreakerEvents;
import io.foreguard.circuitbreaker.RejectionReason;
import io.foreguard.circuitbreaker.State;
import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.MonitoredModel;
import io.foreguard.evidence.Outcome;
import io.foreguard.internal.Tally;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The meters of one breaker. Those that calls write to are there before the first call, so that a
 * call looks nothing up. Thread-safe.
 */
final class CircuitBreakerMeters {
  private static final String NO_REASON = "none";

  private final CircuitBreaker breaker;
  private final PartMeters meters;
  private final Timer[] byOutcome;
  private final Tally admitted = new Tally(); // less per call than a counter of the registry
  private final Tally probed = new Tally();
  private final Counter[] rejected;
  private final Counter[] shadowRejected;
  private final Map<State, Map<State, Counter>> transitions;
  private volatile double lastProbability = 1;
  private volatile double lastCalibrationError;
  private volatile double lastDrift;

  private CircuitBreakerMeters(CircuitBreaker breaker, PartMeters meters) {
    this.breaker = breaker;
    this.meters = meters;
    byOutcome = timers();
    addDecision("admit", admitted);
    addDecision("probe", probed);
    transitions = transitions();
    rejected = rejections(false);
    shadowRejected = rejections(true);
  }

  static void register(CircuitBreaker breaker, PartMeters meters) {
    CircuitBreakerMeters all = new CircuitBreakerMeters(breaker, meters);
    all.addGauges();
    CircuitBreakerEvents events = breaker.events();
    meters.listen(events.onCall(all::callEnded));
    meters.listen(events.onRejection(all::rejected));
    meters.listen(events.onTransition(all::moved));
    meters.listen(events.onModelChange(all::modelChanged));
  }

  private void addGauges() {
    String name = breaker.name();
    for (State state : State.values()) {
      meters.gauge(
          ForeguardMeter.CIRCUIT_BREAKER_STATE,
          () -> breaker.state() == state ? 1 : 0,
          name,
          Words.of(state));
    }
    meters.gauge(ForeguardMeter.CIRCUIT_BREAKER_ADMISSION_SHARE, breaker::admissionShare, name);
    meters.gauge(ForeguardMeter.PREDICTION_SUCCESS_PROBABILITY, this::probability, name);
    meters.gauge(ForeguardMeter.PREDICTION_THRESHOLD, () -> breaker.explain().threshold(), name);
    if (breaker.config().model() instanceof MonitoredModel) {
      meters.gauge(ForeguardMeter.PREDICTION_CALIBRATION_ERROR, this::calibrationError, name);
      meters.gauge(ForeguardMeter.PREDICTION_DRIFT, this::drift, name);
    }
  }

  /** A gauge has no way to be silent: on an abstention it stays where it was. */
  private double probability() {
    Estimate estimate = breaker.estimate();
    if (!estimate.isAbstention()) {
      lastProbability = estimate.probability();
    }
    return lastProbability;
  }

  private double calibrationError() {
    double error = MonitoredModel.calibrationErrorOf(breaker.config().model());
    if (!Double.isNaN(error)) {
      lastCalibrationError = error;
    }
    return lastCalibrationError;
  }

  private double drift() {
    double drift = MonitoredModel.driftOf(breaker.config().model());
    if (!Double.isNaN(drift)) {
      lastDrift = drift;
    }
    return lastDrift;
  }

  private void callEnded(Outcome outcome, long durationNanos, boolean probe) {
    (probe ? probed : admitted).increment();
    byOutcome[outcome.ordinal()].record(durationNanos, TimeUnit.NANOSECONDS);
  }

  private void rejected(CircuitBreakerEvent.Rejection event) {
    (event.shadow() ? shadowRejected : rejected)[event.reason().ordinal()].increment();
  }

  private void moved(CircuitBreakerEvent.Transition event) {
    Counter counter = transitions.getOrDefault(event.from(), Map.of()).get(event.to());
    if (counter != null) {
      counter.increment();
    }
  }

  private void modelChanged(CircuitBreakerEvent.ModelChange event) {
    meters
        .counter(ForeguardMeter.PREDICTION_MODEL_CHANGES, breaker.name(), event.from(), event.to())
        .increment();
  }

  /** From the start, at 0: a counter that begins at 1 has no increase to see. */
  private Map<State, Map<State, Counter>> transitions() {
    Map<State, Map<State, Counter>> all = new EnumMap<>(State.class);
    for (State from : State.values()) {
      Map<State, Counter> byNext = new EnumMap<>(State.class);
      for (State to : State.values()) {
        if (from != to) {
          byNext.put(to, transition(from, to));
        }
      }
      all.put(from, byNext);
    }
    return all;
  }

  private Counter transition(State from, State to) {
    return meters.counter(
        ForeguardMeter.CIRCUIT_BREAKER_TRANSITIONS, breaker.name(), Words.of(from), Words.of(to));
  }

  private Timer[] timers() {
    Outcome[] outcomes = Outcome.values();
    Timer[] timers = new Timer[outcomes.length];
    for (Outcome outcome : outcomes) {
      timers[outcome.ordinal()] =
          meters.timer(ForeguardMeter.CIRCUIT_BREAKER_CALLS, breaker.name(), Words.of(outcome));
    }
    return timers;
  }

  private Counter[] rejections(boolean shadow) {
    RejectionReason[] reasons = RejectionReason.values();
    Counter[] counters = new Counter[reasons.length];
    for (RejectionReason reason : reasons) {
      counters[reason.ordinal()] = decision("reject", Words.of(reason), shadow);
    }
    return counters;
  }

  private void addDecision(String word, Tally count) {
    meters.counter(
        ForeguardMeter.PREDICTION_DECISIONS,
        count::sum,
        breaker.name(),
        word,
        NO_REASON,
        String.valueOf(false));
  }

  private Counter decision(String word, String reason, boolean shadow) {
    return meters.counter(
        ForeguardMeter.PREDICTION_DECISIONS, breaker.name(), word, reason, String.valueOf(shadow));
  }
}
