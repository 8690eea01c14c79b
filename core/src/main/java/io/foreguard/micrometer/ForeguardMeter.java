package io.foreguard.micrometer;

import io.micrometer.core.instrument.Meter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table of all meters: name, kind, base unit, meaning and tags. */
enum ForeguardMeter implements MeterRow {
  CIRCUIT_BREAKER_CALLS(
      "foreguard.circuit.breaker.calls",
      Meter.Type.TIMER,
      "seconds",
      "How long admitted calls took, by how they ended",
      "name",
      "outcome"),
  CIRCUIT_BREAKER_TRANSITIONS(
      "foreguard.circuit.breaker.transitions",
      Meter.Type.COUNTER,
      "transitions",
      "Transitions between states",
      "name",
      "from",
      "to"),
  CIRCUIT_BREAKER_STATE(
      "foreguard.circuit.breaker.state",
      Meter.Type.GAUGE,
      null,
      "1 for the state the breaker is in, 0 for each of the others",
      "name",
      "state"),
  CIRCUIT_BREAKER_ADMISSION_SHARE(
      "foreguard.circuit.breaker.admission.share",
      Meter.Type.GAUGE,
      null,
      "Share of calls that is admitted, in [0, 1]",
      "name"),
  PREDICTION_SUCCESS_PROBABILITY(
      "foreguard.prediction.success.probability",
      Meter.Type.GAUGE,
      null,
      "Success probability of the last estimate, in [0, 1]",
      "name"),
  PREDICTION_THRESHOLD(
      "foreguard.prediction.threshold",
      Meter.Type.GAUGE,
      null,
      "Success probability below which sending is not worth it, in [0, 1]",
      "name"),
  PREDICTION_CALIBRATION_ERROR(
      "foreguard.prediction.calibration.error",
      Meter.Type.GAUGE,
      null,
      "Expected calibration error of the configured model, in [0, 1]",
      "name"),
  PREDICTION_DRIFT(
      "foreguard.prediction.drift",
      Meter.Type.GAUGE,
      null,
      "Largest population stability index of the configured model's features, 0 or more",
      "name"),
  PREDICTION_DECISIONS(
      "foreguard.prediction.decisions",
      Meter.Type.COUNTER,
      "decisions",
      "What breakers decided; an admission counts when the call ends",
      "name",
      "decision",
      "reason",
      "shadow"),
  PREDICTION_MODEL_CHANGES(
      "foreguard.prediction.model.changes",
      Meter.Type.COUNTER,
      "changes",
      "Demotions and promotions of models",
      "name",
      "from",
      "to"),
  BULKHEAD_LIMIT(
      "foreguard.bulkhead.limit",
      Meter.Type.GAUGE,
      "calls",
      "Calls that may run at the same time",
      "name",
      "type"),
  BULKHEAD_USAGE(
      "foreguard.bulkhead.usage", Meter.Type.GAUGE, "calls", "Calls that run", "name", "type"),
  BULKHEAD_WAITING(
      "foreguard.bulkhead.waiting",
      Meter.Type.GAUGE,
      "calls",
      "Calls that wait for their turn",
      "name",
      "type"),
  BULKHEAD_REJECTIONS(
      "foreguard.bulkhead.rejections",
      Meter.Type.COUNTER,
      "calls",
      "Calls refused",
      "name",
      "type"),
  RETRY_CALLS(
      "foreguard.retry.calls",
      Meter.Type.COUNTER,
      "calls",
      "Calls under a retry, by how they ended",
      "name",
      "result"),
  RETRY_ATTEMPTS(
      "foreguard.retry.attempts",
      Meter.Type.COUNTER,
      "attempts",
      "Attempts; a first one counts when its call ends, a further one when it is decided on",
      "name",
      "kind"),
  RETRY_BUDGET_UTILIZATION(
      "foreguard.retry.budget.utilization",
      Meter.Type.GAUGE,
      null,
      "Spent share of the retry budget, in [0, 1]",
      "name"),
  RETRY_BUDGET_REFUSALS(
      "foreguard.retry.budget.refusals",
      Meter.Type.COUNTER,
      "retries",
      "Retries that did not take place because the budget was spent",
      "name"),
  HEDGE_ATTEMPTS(
      "foreguard.hedge.attempts",
      Meter.Type.COUNTER,
      "attempts",
      "Attempts; a first one counts when its call starts, a further one when it is decided on",
      "name",
      "kind"),
  HEDGE_WINS(
      "foreguard.hedge.wins",
      Meter.Type.COUNTER,
      "calls",
      "Calls that were answered by another attempt than their first",
      "name"),
  HEDGE_REFUSALS(
      "foreguard.hedge.refusals",
      Meter.Type.COUNTER,
      "hedges",
      "Hedges that were due and did not take place, by reason",
      "name",
      "reason"),
  HEDGE_BUDGET_UTILIZATION(
      "foreguard.hedge.budget.utilization",
      Meter.Type.GAUGE,
      null,
      "Spent share of the hedge budget, in [0, 1]",
      "name"),
  TIMEOUT_EXPIRATIONS(
      "foreguard.timeout.expirations",
      Meter.Type.COUNTER,
      "calls",
      "Calls that ran out of time",
      "name"),
  FALLBACK_SERVED(
      "foreguard.fallback.served",
      Meter.Type.COUNTER,
      "answers",
      "Answers, by where they came from",
      "name",
      "source"),
  FALLBACK_AGE(
      "foreguard.fallback.age", Meter.Type.TIMER, "seconds", "Age of stale answers", "name");

  private final String meter;
  private final Meter.Type type;
  private final @Nullable String unit;
  private final String description;

  @SuppressWarnings("ImmutableEnumChecker") // unmodifiable, of texts
  private final List<String> tags;

  ForeguardMeter(
      String meter, Meter.Type type, @Nullable String unit, String description, String... tags) {
    this.meter = meter;
    this.type = type;
    this.unit = unit;
    this.description = description;
    this.tags = List.of(tags);
  }

  @Override
  public String meterName() {
    return meter;
  }

  @Override
  public Meter.Type type() {
    return type;
  }

  @Override
  public @Nullable String unit() {
    return unit;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public List<String> tags() {
    return tags;
  }
}
