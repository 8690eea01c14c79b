package io.foreguard.benchmarks.lab.report;

/** A raw figure of one policy in one world: a column of the results. */
public enum Figure {
  /** Requests that arrived. */
  REQUESTS,
  /** Requests that were answered in time. */
  SUCCESSES,
  /** Requests that were answered with an error of the caller's own. */
  CALLER_FAULTS,
  /** Requests whose first attempt was rejected. */
  REJECTED_REQUESTS,
  /** Those of them that the oracle would have sent. */
  FALSE_REJECTIONS,
  /** Attempts sent. */
  ATTEMPTS,
  /** Attempts rejected. */
  REJECTED_ATTEMPTS,
  /** Attempts that failed. */
  FAILURES,
  /** Attempts sent that were not worth it. */
  WASTED,
  /** What all of it was worth by the cost model. */
  UTILITY,
  /** 99th percentile of the time in which a caller knew, in seconds. */
  P99_SECONDS,
  /** From the first outage to the decisions being the oracle's; not a number when never. */
  SECONDS_TO_PROTECT,
  /** From the last fault's end to the decisions being the oracle's; not a number when never. */
  SECONDS_TO_RECOVER,
  /** Attempts sent in the first ten seconds after the last fault. */
  RECOVERY_ATTEMPTS,
  /** Most calls in flight in those ten seconds. */
  RECOVERY_MOST_IN_FLIGHT,
  /** Most calls in flight. */
  MOST_IN_FLIGHT,
  /** Sum of the squared errors of the estimates. */
  BRIER_SUM,
  /** Number of estimates. */
  ESTIMATES,
  /** Goodput of the tenants that no fault was aimed at; not a number when there is one tenant. */
  HEALTHY_TENANT_GOODPUT,
  /** Calls in flight when nothing is wrong, on the mean. */
  HEALTHY_CONCURRENCY,
  /** Requests per second when nothing is wrong. */
  RATE
}
