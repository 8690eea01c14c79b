package io.foreguard.micrometer;

/** Under which names meters are registered. */
public enum MeterNaming {
  /** Foreguard's own names. */
  FOREGUARD,
  /**
   * The names, tags and units of resilience4j-micrometer 2.4, so that dashboards and alerts that
   * are there go on working. What Resilience4j has no names for (predictions, hedges, fallbacks,
   * budgets) is not there.
   */
  RESILIENCE4J,
  /** Both; each call is then timed twice. */
  BOTH
}
