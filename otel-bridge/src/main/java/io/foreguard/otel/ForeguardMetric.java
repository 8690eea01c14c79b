package io.foreguard.otel;

import static io.foreguard.otel.ForeguardAttributes.BULKHEAD_NAME;
import static io.foreguard.otel.ForeguardAttributes.BULKHEAD_TYPE;
import static io.foreguard.otel.ForeguardAttributes.CALL_OUTCOME;
import static io.foreguard.otel.ForeguardAttributes.CIRCUIT_BREAKER_NAME;
import static io.foreguard.otel.ForeguardAttributes.CIRCUIT_BREAKER_STATE;
import static io.foreguard.otel.ForeguardAttributes.DECISION;
import static io.foreguard.otel.ForeguardAttributes.ERROR_TYPE;
import static io.foreguard.otel.ForeguardAttributes.FALLBACK_NAME;
import static io.foreguard.otel.ForeguardAttributes.FALLBACK_SOURCE;
import static io.foreguard.otel.ForeguardAttributes.HEDGE_ATTEMPT_KIND;
import static io.foreguard.otel.ForeguardAttributes.HEDGE_NAME;
import static io.foreguard.otel.ForeguardAttributes.HEDGE_REFUSAL_REASON;
import static io.foreguard.otel.ForeguardAttributes.MODEL_FROM;
import static io.foreguard.otel.ForeguardAttributes.MODEL_NAME;
import static io.foreguard.otel.ForeguardAttributes.MODEL_TO;
import static io.foreguard.otel.ForeguardAttributes.MODEL_VERSION;
import static io.foreguard.otel.ForeguardAttributes.REJECTION_REASON;
import static io.foreguard.otel.ForeguardAttributes.REJECTION_SHADOW;
import static io.foreguard.otel.ForeguardAttributes.RETRY_ATTEMPT_KIND;
import static io.foreguard.otel.ForeguardAttributes.RETRY_NAME;
import static io.foreguard.otel.ForeguardAttributes.RETRY_RESULT;
import static io.foreguard.otel.ForeguardAttributes.TIMEOUT_NAME;
import static io.foreguard.otel.ForeguardAttributes.TRANSITION_FROM;
import static io.foreguard.otel.ForeguardAttributes.TRANSITION_TO;

import io.opentelemetry.api.common.AttributeKey;
import java.util.List;

/**
 * The table of all metrics: name, kind, unit, attributes and when. Counters start at zero when the
 * part is first observed by a {@link ForeguardTelemetry}, or at its creation where the part itself
 * counts.
 */
public enum ForeguardMetric {
  /** How long admitted calls took, in seconds; its count is the number of calls. */
  CIRCUIT_BREAKER_CALL_DURATION(
      "foreguard.circuit_breaker.call.duration",
      Kind.HISTOGRAM,
      "s",
      "How long admitted calls took, in seconds; its count is the number of calls",
      "Each admitted call, when it ends",
      CIRCUIT_BREAKER_NAME,
      CALL_OUTCOME,
      ERROR_TYPE),
  /** Transitions between states. */
  CIRCUIT_BREAKER_TRANSITIONS(
      "foreguard.circuit_breaker.transitions",
      Kind.COUNTER,
      "{transition}",
      "Transitions between states",
      "Each transition",
      CIRCUIT_BREAKER_NAME,
      TRANSITION_FROM,
      TRANSITION_TO),
  /** 1 for the state the breaker is in, 0 for each of the others. */
  CIRCUIT_BREAKER_STATUS(
      "foreguard.circuit_breaker.status",
      Kind.UP_DOWN_COUNTER,
      "1",
      "1 for the state the breaker is in, 0 for each of the others",
      "At collection, one series for each state",
      CIRCUIT_BREAKER_NAME,
      CIRCUIT_BREAKER_STATE),
  /** Share of calls that is admitted, in {@code [0, 1]}. */
  CIRCUIT_BREAKER_ADMISSION_SHARE(
      "foreguard.circuit_breaker.admission.share",
      Kind.GAUGE,
      "1",
      "Share of calls that is admitted, in [0, 1]",
      "At collection",
      CIRCUIT_BREAKER_NAME),
  /** Success probability that the last decision rests on, in {@code [0, 1]}. */
  PREDICTION_SUCCESS_PROBABILITY(
      "foreguard.prediction.success_probability",
      Kind.GAUGE,
      "1",
      "Success probability that the last decision rests on, in [0, 1]",
      "At collection, unless the model abstains",
      CIRCUIT_BREAKER_NAME,
      MODEL_NAME,
      MODEL_VERSION),
  /** Success probability below which sending is not worth it, in {@code [0, 1]}. */
  PREDICTION_THRESHOLD(
      "foreguard.prediction.threshold",
      Kind.GAUGE,
      "1",
      "Success probability below which sending is not worth it, in [0, 1]",
      "At collection",
      CIRCUIT_BREAKER_NAME),
  /** Expected calibration error of the configured model, in {@code [0, 1]}. */
  PREDICTION_CALIBRATION_ERROR(
      "foreguard.prediction.calibration_error",
      Kind.GAUGE,
      "1",
      "Expected calibration error of the configured model, in [0, 1]",
      "At collection, once a model that is monitored knows it",
      CIRCUIT_BREAKER_NAME,
      MODEL_NAME,
      MODEL_VERSION),
  /** Largest population stability index of the features of the configured model, 0 or more. */
  PREDICTION_DRIFT(
      "foreguard.prediction.drift",
      Kind.GAUGE,
      "1",
      "Largest population stability index of the configured model's features, 0 or more",
      "At collection, once a model that is monitored knows it",
      CIRCUIT_BREAKER_NAME,
      MODEL_NAME,
      MODEL_VERSION),
  /**
   * What breakers decided. In shadow mode a call that would have been refused counts as {@code
   * reject} with shadow {@code true}, and as {@code admit} when it ends.
   */
  PREDICTION_DECISIONS(
      "foreguard.prediction.decisions",
      Kind.COUNTER,
      "{decision}",
      "What breakers decided",
      "A refusal at once, an admission when the call ends",
      CIRCUIT_BREAKER_NAME,
      DECISION,
      REJECTION_REASON,
      REJECTION_SHADOW,
      MODEL_NAME,
      MODEL_VERSION),
  /** Demotions and promotions of models. */
  PREDICTION_MODEL_CHANGES(
      "foreguard.prediction.model.changes",
      Kind.COUNTER,
      "{change}",
      "Demotions and promotions of models",
      "Each time another model takes over",
      CIRCUIT_BREAKER_NAME,
      MODEL_FROM,
      MODEL_TO),
  /** Calls that may run at the same time. */
  BULKHEAD_LIMIT(
      "foreguard.bulkhead.limit",
      Kind.UP_DOWN_COUNTER,
      "{call}",
      "Calls that may run at the same time",
      "At collection",
      BULKHEAD_NAME,
      BULKHEAD_TYPE),
  /** Calls that run. */
  BULKHEAD_USAGE(
      "foreguard.bulkhead.usage",
      Kind.UP_DOWN_COUNTER,
      "{call}",
      "Calls that run",
      "At collection",
      BULKHEAD_NAME,
      BULKHEAD_TYPE),
  /** Calls that wait for their turn. */
  BULKHEAD_WAITING(
      "foreguard.bulkhead.waiting",
      Kind.UP_DOWN_COUNTER,
      "{call}",
      "Calls that wait for their turn",
      "At collection",
      BULKHEAD_NAME,
      BULKHEAD_TYPE),
  /** Calls refused, as the bulkhead counts them. */
  BULKHEAD_REJECTIONS(
      "foreguard.bulkhead.rejections",
      Kind.COUNTER,
      "{call}",
      "Calls refused, as the bulkhead counts them",
      "Each refused call",
      BULKHEAD_NAME,
      BULKHEAD_TYPE),
  /** Calls under a retry by how they ended, as the retry counts them. */
  RETRY_CALLS(
      "foreguard.retry.calls",
      Kind.COUNTER,
      "{call}",
      "Calls under a retry by how they ended, as the retry counts them",
      "Each call, when its last attempt ends",
      RETRY_NAME,
      RETRY_RESULT),
  /** Attempts, as the retry counts them. */
  RETRY_ATTEMPTS(
      "foreguard.retry.attempts",
      Kind.COUNTER,
      "{attempt}",
      "Attempts, as the retry counts them",
      "A first attempt when its call ends, a further one when it is decided on",
      RETRY_NAME,
      RETRY_ATTEMPT_KIND),
  /** Spent share of the retry budget, in {@code [0, 1]}. */
  RETRY_BUDGET_UTILIZATION(
      "foreguard.retry.budget.utilization",
      Kind.GAUGE,
      "1",
      "Spent share of the retry budget, in [0, 1]",
      "At collection",
      RETRY_NAME),
  /** Retries that did not take place because the budget was spent. */
  RETRY_BUDGET_REFUSALS(
      "foreguard.retry.budget.refusals",
      Kind.COUNTER,
      "{retry}",
      "Retries that did not take place because the budget was spent",
      "Each retry that the budget refuses",
      RETRY_NAME),
  /** Attempts, as the hedge counts them. */
  HEDGE_ATTEMPTS(
      "foreguard.hedge.attempts",
      Kind.COUNTER,
      "{attempt}",
      "Attempts, as the hedge counts them",
      "A first attempt when its call starts, a further one when it is decided on",
      HEDGE_NAME,
      HEDGE_ATTEMPT_KIND),
  /** Calls that were answered by another attempt than their first. */
  HEDGE_WINS(
      "foreguard.hedge.wins",
      Kind.COUNTER,
      "{call}",
      "Calls that were answered by another attempt than their first",
      "Each such call, when it is answered",
      HEDGE_NAME),
  /** Hedges that were due and did not take place, by reason. */
  HEDGE_REFUSALS(
      "foreguard.hedge.refusals",
      Kind.COUNTER,
      "{hedge}",
      "Hedges that were due and did not take place, by reason",
      "Each hedge that is refused",
      HEDGE_NAME,
      HEDGE_REFUSAL_REASON),
  /** Spent share of the hedge budget, in {@code [0, 1]}. */
  HEDGE_BUDGET_UTILIZATION(
      "foreguard.hedge.budget.utilization",
      Kind.GAUGE,
      "1",
      "Spent share of the hedge budget, in [0, 1]",
      "At collection",
      HEDGE_NAME),
  /** Calls that ran out of time, as the time-out counts them. */
  TIMEOUT_EXPIRATIONS(
      "foreguard.timeout.expirations",
      Kind.COUNTER,
      "{call}",
      "Calls that ran out of time, as the time-out counts them",
      "Each call, when its time is up",
      TIMEOUT_NAME),
  /** Answers by where they came from, as the fallback counts them. */
  FALLBACK_SERVED(
      "foreguard.fallback.served",
      Kind.COUNTER,
      "{answer}",
      "Answers by where they came from, as the fallback counts them",
      "Each answer",
      FALLBACK_NAME,
      FALLBACK_SOURCE),
  /** Age of stale answers, in seconds. */
  FALLBACK_AGE(
      "foreguard.fallback.age",
      Kind.HISTOGRAM,
      "s",
      "Age of stale answers, in seconds",
      "Each stale answer",
      FALLBACK_NAME);

  private final String metric;
  private final Kind kind;
  private final String unit;
  private final String description;
  private final String when;

  @SuppressWarnings("ImmutableEnumChecker") // unmodifiable, and keys are immutable
  private final List<AttributeKey<?>> attributes;

  ForeguardMetric(
      String metric,
      Kind kind,
      String unit,
      String description,
      String when,
      AttributeKey<?>... attributes) {
    this.metric = metric;
    this.kind = kind;
    this.unit = unit;
    this.description = description;
    this.when = when;
    this.attributes = List.of(attributes);
  }

  /** Name of the metric. */
  public String metricName() {
    return metric;
  }

  /** Kind of instrument. */
  public Kind kind() {
    return kind;
  }

  /** Unit, in UCUM notation. */
  public String unit() {
    return unit;
  }

  /** What it says, in words. */
  public String description() {
    return description;
  }

  /** When it is recorded, in words. */
  public String when() {
    return when;
  }

  /** Keys of its attributes; not every measurement has all of them. Unmodifiable. */
  public List<AttributeKey<?>> attributes() {
    return attributes;
  }

  /** Kinds of instruments. */
  public enum Kind {
    /** Grows only. */
    COUNTER,
    /** A sum that goes up and down. */
    UP_DOWN_COUNTER,
    /** A value that cannot be summed. */
    GAUGE,
    /** A distribution. */
    HISTOGRAM
  }
}
