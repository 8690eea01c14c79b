package io.foreguard.otel;

import static io.opentelemetry.api.common.AttributeKey.booleanKey;
import static io.opentelemetry.api.common.AttributeKey.doubleKey;
import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;

import io.opentelemetry.api.common.AttributeKey;

/**
 * Keys of all attributes that are reported. Values that name one of few cases are in lower case,
 * such as {@code half_open}; durations are in seconds. {@link ForeguardMetric} and {@link
 * ForeguardEvent} say where each appears.
 */
public final class ForeguardAttributes {
  /** Name of the circuit breaker. */
  public static final AttributeKey<String> CIRCUIT_BREAKER_NAME =
      stringKey("foreguard.circuit_breaker.name");

  /** State: {@code closed}, {@code throttled}, {@code open} or {@code half_open}. */
  public static final AttributeKey<String> CIRCUIT_BREAKER_STATE =
      stringKey("foreguard.circuit_breaker.state");

  /** Share of calls that is admitted, in {@code [0, 1]}. */
  public static final AttributeKey<Double> ADMISSION_SHARE =
      doubleKey("foreguard.circuit_breaker.admission.share");

  /** State before a transition. */
  public static final AttributeKey<String> TRANSITION_FROM =
      stringKey("foreguard.circuit_breaker.transition.from");

  /** State after a transition. */
  public static final AttributeKey<String> TRANSITION_TO =
      stringKey("foreguard.circuit_breaker.transition.to");

  /** What caused a transition, in words. */
  public static final AttributeKey<String> TRANSITION_TRIGGER =
      stringKey("foreguard.circuit_breaker.transition.trigger");

  /** Number of the era that a transition began; it orders the transitions of a breaker. */
  public static final AttributeKey<Long> TRANSITION_ERA =
      longKey("foreguard.circuit_breaker.transition.era");

  /** Mode before a change of mode. */
  public static final AttributeKey<String> MODE_FROM =
      stringKey("foreguard.circuit_breaker.mode.from");

  /**
   * Mode after a change: {@code enforce}, {@code shadow}, {@code disabled} or {@code forced_open}.
   */
  public static final AttributeKey<String> MODE_TO = stringKey("foreguard.circuit_breaker.mode.to");

  /**
   * How a call ended: {@code success}, {@code slow_success}, {@code failure}, {@code timeout},
   * {@code rejected}, {@code caller_fault} or {@code ignored}.
   */
  public static final AttributeKey<String> CALL_OUTCOME = stringKey("foreguard.call.outcome");

  /**
   * Set on failures only. On a call's duration {@code timeout}, {@code rejected} or {@code _OTHER};
   * elsewhere the class name of what was thrown.
   */
  public static final AttributeKey<String> ERROR_TYPE = stringKey("error.type");

  /** What a breaker decided about a call: {@code admit}, {@code probe} or {@code reject}. */
  public static final AttributeKey<String> DECISION = stringKey("foreguard.decision");

  /**
   * Why a breaker refused: {@code open}, {@code throttled}, {@code recovering} or {@code
   * forced_open}.
   */
  public static final AttributeKey<String> REJECTION_REASON =
      stringKey("foreguard.rejection.reason");

  /** Whether the call was admitted all the same, because the breaker is in shadow mode. */
  public static final AttributeKey<Boolean> REJECTION_SHADOW =
      booleanKey("foreguard.rejection.shadow");

  /** Seconds after which another try may be admitted; 0 when unknown. */
  public static final AttributeKey<Double> RETRY_AFTER =
      doubleKey("foreguard.rejection.retry_after");

  /** The decision in words: probability, threshold, strongest reasons. */
  public static final AttributeKey<String> EXPLANATION = stringKey("foreguard.explanation");

  /** Success probability that a decision rests on, in {@code [0, 1]}; absent on an abstention. */
  public static final AttributeKey<Double> SUCCESS_PROBABILITY =
      doubleKey("foreguard.prediction.success_probability");

  /** Success probability below which sending is not worth it, in {@code [0, 1]}. */
  public static final AttributeKey<Double> THRESHOLD = doubleKey("foreguard.prediction.threshold");

  /** Name of the model that made the estimate. */
  public static final AttributeKey<String> MODEL_NAME =
      stringKey("foreguard.prediction.model.name");

  /** Version of the model that made the estimate. */
  public static final AttributeKey<String> MODEL_VERSION =
      stringKey("foreguard.prediction.model.version");

  /** Name of the model that decided until a change. */
  public static final AttributeKey<String> MODEL_FROM =
      stringKey("foreguard.prediction.model.from");

  /** Name of the model that decides after a change. */
  public static final AttributeKey<String> MODEL_TO = stringKey("foreguard.prediction.model.to");

  /** Why another model took over, in words. */
  public static final AttributeKey<String> MODEL_CHANGE_REASON =
      stringKey("foreguard.prediction.model.change.reason");

  /** Name of the bulkhead. */
  public static final AttributeKey<String> BULKHEAD_NAME = stringKey("foreguard.bulkhead.name");

  /** Kind of bulkhead: {@code semaphore} or {@code thread_pool}. */
  public static final AttributeKey<String> BULKHEAD_TYPE = stringKey("foreguard.bulkhead.type");

  /** Calls that were allowed to run at the time. */
  public static final AttributeKey<Long> BULKHEAD_LIMIT = longKey("foreguard.bulkhead.limit");

  /** Calls that were running at the time. */
  public static final AttributeKey<Long> BULKHEAD_USAGE = longKey("foreguard.bulkhead.usage");

  /** Calls that were waiting at the time. */
  public static final AttributeKey<Long> BULKHEAD_WAITING = longKey("foreguard.bulkhead.waiting");

  /** Seconds that the refused call had waited. */
  public static final AttributeKey<Double> BULKHEAD_WAITED = doubleKey("foreguard.bulkhead.waited");

  /** Name of the retry. */
  public static final AttributeKey<String> RETRY_NAME = stringKey("foreguard.retry.name");

  /** Attempts that the call has made so far. */
  public static final AttributeKey<Long> RETRY_ATTEMPTS = longKey("foreguard.retry.attempts");

  /** Which attempt of a call: {@code first} or {@code retry}. */
  public static final AttributeKey<String> RETRY_ATTEMPT_KIND =
      stringKey("foreguard.retry.attempt.kind");

  /**
   * How a call under a retry ended: {@code success}, {@code success_after_retry}, {@code failure}
   * or {@code failure_after_retry}.
   */
  public static final AttributeKey<String> RETRY_RESULT = stringKey("foreguard.retry.result");

  /** Seconds before the next attempt. */
  public static final AttributeKey<Double> RETRY_DELAY = doubleKey("foreguard.retry.delay");

  /**
   * Why no further attempt follows: {@code attempts}, {@code deadline}, {@code retry_after}, {@code
   * advice} or {@code budget}.
   */
  public static final AttributeKey<String> RETRY_STOP_REASON =
      stringKey("foreguard.retry.stop.reason");

  /** Name of the hedge. */
  public static final AttributeKey<String> HEDGE_NAME = stringKey("foreguard.hedge.name");

  /** Which attempt of a call: {@code first} or {@code hedge}. */
  public static final AttributeKey<String> HEDGE_ATTEMPT_KIND =
      stringKey("foreguard.hedge.attempt.kind");

  /** Why a hedge did not take place: {@code budget}, {@code advice} or {@code executor}. */
  public static final AttributeKey<String> HEDGE_REFUSAL_REASON =
      stringKey("foreguard.hedge.refusal.reason");

  /** Name of the time-out. */
  public static final AttributeKey<String> TIMEOUT_NAME = stringKey("foreguard.timeout.name");

  /** Name of the fallback. */
  public static final AttributeKey<String> FALLBACK_NAME = stringKey("foreguard.fallback.name");

  /** Where an answer came from: {@code fresh}, {@code stale} or {@code default}. */
  public static final AttributeKey<String> FALLBACK_SOURCE = stringKey("foreguard.fallback.source");

  /** Age of the answer in seconds; 0 unless it is stale. */
  public static final AttributeKey<Double> FALLBACK_AGE = doubleKey("foreguard.fallback.age");

  /** Events of the same kind that were left out since the last one that was reported. */
  public static final AttributeKey<Long> SUPPRESSED = longKey("foreguard.events.suppressed");

  private ForeguardAttributes() {}
}
