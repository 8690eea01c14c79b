package io.foreguard.evidence;

/**
 * A named quantity that a model sees, with its unit. The set is versioned by {@link
 * Signals#SCHEMA_VERSION}; a constant's meaning never changes within a version.
 */
public enum Signal {
  /**
   * Success share of the recent regime, since the last certain change: over up to 3,000 calls, and
   * starts from three successes and three tenths of a failure.
   */
  SUCCESS_RATE_FAST("1"),
  /** Success share of the healthy past: over up to 10,000 calls, frozen while suspicious. */
  SUCCESS_RATE_BASELINE("1"),
  /** Calls that the fast success share rests on, after forgetting. */
  FAST_SAMPLES("{call}"),
  /** Calls that the baseline rests on, after forgetting. */
  BASELINE_SAMPLES("{call}"),
  /** Log odds that the failure rate has risen above its baseline; 0 is even. */
  FAILURE_CHANGE_LOG_ODDS("1"),
  /** Successes since the likeliest moment of that change. */
  CHANGE_SUCCESSES("{call}"),
  /** Failures since the likeliest moment of that change. */
  CHANGE_FAILURES("{call}"),
  /** Failures in a row, the last call included. */
  CONSECUTIVE_FAILURES("{call}"),
  /** Share of timeouts among recent calls. */
  TIMEOUT_SHARE("1"),
  /** Share of refusals by the dependency among recent calls. */
  REJECTED_SHARE("1"),
  /** Share of slow successes among recent calls. */
  SLOW_SHARE("1"),
  /** Share of caller faults among all recent calls, those without evidence included. */
  CALLER_FAULT_SHARE("1"),
  /** Geometric mean of recent latencies; NaN before the first. */
  LATENCY_FAST("s"),
  /** Geometric mean of healthy latencies; NaN before the first. */
  LATENCY_BASELINE("s"),
  /** Standard deviation of the natural logarithm of healthy latencies. */
  LATENCY_LOG_SPREAD("1"),
  /** Standard deviation of the natural logarithm of recent latencies. */
  LATENCY_LOG_SPREAD_FAST("1"),
  /** Median of recent latencies; NaN before the first. */
  LATENCY_P50("s"),
  /** 95th percentile of recent latencies; NaN before the first. */
  LATENCY_P95("s"),
  /** 99th percentile of recent latencies; NaN before the first. */
  LATENCY_P99("s"),
  /** Calls that have been admitted and have not ended. */
  IN_FLIGHT("{call}"),
  /** Calls in flight that have taken longer than nearly every healthy call did. */
  OVERDUE("{call}"),
  /** Failures that overdue calls stand for, by how often overdue calls have failed in the end. */
  OVERDUE_FAILURES("{call}"),
  /** Calls that arrive per second, admitted or not. */
  ARRIVAL_RATE("{call}/s"),
  /** Time since the last success; NaN before the first. */
  TIME_SINCE_SUCCESS("s"),
  /**
   * How long failed calls were held, as a share of the deadline: 0 for at once, 1 for all of it.
   */
  FAILURE_HOLD("1"),
  /** The deadline that calls are judged against. */
  DEADLINE("s");

  private final String unit;

  Signal(String unit) {
    this.unit = unit;
  }

  /** Unit in UCUM notation, {@code "1"} for shares and other pure numbers. */
  public String unit() {
    return unit;
  }
}
