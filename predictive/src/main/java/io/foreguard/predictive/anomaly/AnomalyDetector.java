package io.foreguard.predictive.anomaly;

/**
 * Learns what samples usually look like and says how unusual the next one is. Implementations need
 * not be thread-safe: a detector is owned by whoever feeds it.
 */
public interface AnomalyDetector {
  /**
   * Judges a sample by those before it, then learns it.
   *
   * @param values one value per quantity; NaN for one that is not known
   * @param seconds when, in seconds on any scale that does not go back
   */
  Anomaly add(double[] values, long seconds);
}
