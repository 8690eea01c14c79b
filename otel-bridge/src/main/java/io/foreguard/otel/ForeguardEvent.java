package io.foreguard.otel;

import static io.foreguard.otel.ForeguardAttributes.ADMISSION_SHARE;
import static io.foreguard.otel.ForeguardAttributes.BULKHEAD_LIMIT;
import static io.foreguard.otel.ForeguardAttributes.BULKHEAD_NAME;
import static io.foreguard.otel.ForeguardAttributes.BULKHEAD_TYPE;
import static io.foreguard.otel.ForeguardAttributes.BULKHEAD_USAGE;
import static io.foreguard.otel.ForeguardAttributes.BULKHEAD_WAITED;
import static io.foreguard.otel.ForeguardAttributes.BULKHEAD_WAITING;
import static io.foreguard.otel.ForeguardAttributes.CIRCUIT_BREAKER_NAME;
import static io.foreguard.otel.ForeguardAttributes.CIRCUIT_BREAKER_STATE;
import static io.foreguard.otel.ForeguardAttributes.DECISION;
import static io.foreguard.otel.ForeguardAttributes.ERROR_TYPE;
import static io.foreguard.otel.ForeguardAttributes.EXPLANATION;
import static io.foreguard.otel.ForeguardAttributes.FALLBACK_AGE;
import static io.foreguard.otel.ForeguardAttributes.FALLBACK_NAME;
import static io.foreguard.otel.ForeguardAttributes.FALLBACK_SOURCE;
import static io.foreguard.otel.ForeguardAttributes.MODEL_CHANGE_REASON;
import static io.foreguard.otel.ForeguardAttributes.MODEL_FROM;
import static io.foreguard.otel.ForeguardAttributes.MODEL_NAME;
import static io.foreguard.otel.ForeguardAttributes.MODEL_TO;
import static io.foreguard.otel.ForeguardAttributes.MODEL_VERSION;
import static io.foreguard.otel.ForeguardAttributes.MODE_FROM;
import static io.foreguard.otel.ForeguardAttributes.MODE_TO;
import static io.foreguard.otel.ForeguardAttributes.REJECTION_REASON;
import static io.foreguard.otel.ForeguardAttributes.REJECTION_SHADOW;
import static io.foreguard.otel.ForeguardAttributes.RETRY_AFTER;
import static io.foreguard.otel.ForeguardAttributes.RETRY_ATTEMPTS;
import static io.foreguard.otel.ForeguardAttributes.RETRY_DELAY;
import static io.foreguard.otel.ForeguardAttributes.RETRY_NAME;
import static io.foreguard.otel.ForeguardAttributes.RETRY_STOP_REASON;
import static io.foreguard.otel.ForeguardAttributes.SUCCESS_PROBABILITY;
import static io.foreguard.otel.ForeguardAttributes.SUPPRESSED;
import static io.foreguard.otel.ForeguardAttributes.THRESHOLD;
import static io.foreguard.otel.ForeguardAttributes.TRANSITION_ERA;
import static io.foreguard.otel.ForeguardAttributes.TRANSITION_FROM;
import static io.foreguard.otel.ForeguardAttributes.TRANSITION_TO;
import static io.foreguard.otel.ForeguardAttributes.TRANSITION_TRIGGER;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.Severity;
import java.util.List;

/**
 * The table of all events: name, severity, attributes and when. They are log records with an event
 * name; events of the span where asked for. Those that concern one call put their attributes,
 * except {@link ForeguardAttributes#SUPPRESSED}, on the current span as well; those that can happen
 * with every call are {@linkplain #isLimited limited} as log records.
 */
public enum ForeguardEvent {
  /** A breaker went from one state to another; a warning when it opens. */
  CIRCUIT_BREAKER_TRANSITION(
      "foreguard.circuit_breaker.transition",
      Severity.INFO,
      Reach.ALL,
      "Each transition",
      CIRCUIT_BREAKER_NAME,
      TRANSITION_FROM,
      TRANSITION_TO,
      TRANSITION_TRIGGER,
      TRANSITION_ERA,
      ADMISSION_SHARE,
      SUCCESS_PROBABILITY,
      THRESHOLD,
      MODEL_NAME,
      MODEL_VERSION,
      EXPLANATION),
  /** A breaker refused a call, or would have in shadow mode. */
  CIRCUIT_BREAKER_REJECTION(
      "foreguard.circuit_breaker.rejection",
      Severity.INFO,
      Reach.CALL,
      "A refused call, or one that shadow mode would refuse",
      CIRCUIT_BREAKER_NAME,
      CIRCUIT_BREAKER_STATE,
      DECISION,
      REJECTION_REASON,
      REJECTION_SHADOW,
      RETRY_AFTER,
      SUCCESS_PROBABILITY,
      THRESHOLD,
      MODEL_NAME,
      MODEL_VERSION,
      EXPLANATION,
      SUPPRESSED),
  /** The mode of a breaker was set. */
  CIRCUIT_BREAKER_MODE_CHANGE(
      "foreguard.circuit_breaker.mode_change",
      Severity.INFO,
      Reach.ALL,
      "Each change of mode",
      CIRCUIT_BREAKER_NAME,
      MODE_FROM,
      MODE_TO),
  /** Another model took over. */
  PREDICTION_MODEL_CHANGE(
      "foreguard.prediction.model_change",
      Severity.WARN,
      Reach.ALL,
      "Each time another model takes over",
      CIRCUIT_BREAKER_NAME,
      MODEL_FROM,
      MODEL_TO,
      MODEL_CHANGE_REASON),
  /** A bulkhead refused a call. */
  BULKHEAD_REJECTION(
      "foreguard.bulkhead.rejection",
      Severity.INFO,
      Reach.CALL,
      "A refused call",
      BULKHEAD_NAME,
      BULKHEAD_TYPE,
      BULKHEAD_LIMIT,
      BULKHEAD_USAGE,
      BULKHEAD_WAITING,
      BULKHEAD_WAITED,
      SUPPRESSED),
  /** An attempt failed and another one follows. */
  RETRY_RETRYING(
      "foreguard.retry.retrying",
      Severity.INFO,
      Reach.CALL,
      "An attempt that is repeated",
      RETRY_NAME,
      RETRY_ATTEMPTS,
      RETRY_DELAY,
      ERROR_TYPE,
      SUPPRESSED),
  /** The last attempt failed in a way that may be repeated, and no other follows. */
  RETRY_GIVEN_UP(
      "foreguard.retry.given_up",
      Severity.INFO,
      Reach.CALL,
      "A call that is given up though it may be repeated",
      RETRY_NAME,
      RETRY_ATTEMPTS,
      RETRY_STOP_REASON,
      ERROR_TYPE,
      SUPPRESSED),
  /** A call failed and was answered all the same. */
  FALLBACK_SERVED(
      "foreguard.fallback.served",
      Severity.INFO,
      Reach.CALL,
      "A failed call that is answered",
      FALLBACK_NAME,
      FALLBACK_SOURCE,
      FALLBACK_AGE,
      ERROR_TYPE,
      SUPPRESSED);

  private final String event;
  private final Severity severity;
  private final Reach reach;
  private final String when;

  @SuppressWarnings("ImmutableEnumChecker") // unmodifiable, and keys are immutable
  private final List<AttributeKey<?>> attributes;

  ForeguardEvent(
      String event, Severity severity, Reach reach, String when, AttributeKey<?>... attributes) {
    this.event = event;
    this.severity = severity;
    this.reach = reach;
    this.when = when;
    this.attributes = List.of(attributes);
  }

  /** Name of the event. */
  public String eventName() {
    return event;
  }

  /** Severity of the log record, unless its constant says otherwise. */
  public Severity severity() {
    return severity;
  }

  /** Whether only some become log records: so many per second from each breaker or other part. */
  public boolean isLimited() {
    return reach == Reach.CALL;
  }

  /** Whether the attributes go onto the current span as well. */
  public boolean isOnSpan() {
    return reach == Reach.CALL;
  }

  /** When it happens, in words. */
  public String when() {
    return when;
  }

  /** Keys of its attributes; not every event has all of them. Unmodifiable. */
  public List<AttributeKey<?>> attributes() {
    return attributes;
  }

  /** What an event concerns. */
  private enum Reach {
    /** Every call from now on. */
    ALL,
    /** One call. */
    CALL
  }
}
