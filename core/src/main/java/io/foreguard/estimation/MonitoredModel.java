package io.foreguard.estimation;

import io.foreguard.Incubating;

/**
 * A success model that is held against what happens, and says how well it does. What it says is
 * reported; it decides nothing. Implementations must be thread-safe.
 */
@Incubating(since = "0.1")
public interface MonitoredModel extends SuccessModel {
  /**
   * How far the model's probabilities have been from how often calls succeeded: its expected
   * calibration error, in {@code [0, 1]}; NaN while it is unknown. Read when metrics are collected:
   * may take a lock briefly.
   */
  double calibrationError();

  /**
   * How far what the model sees is from what it knows: the largest population stability index of
   * its features, 0 or more; NaN while it is unknown. Read when metrics are collected: may take a
   * lock briefly.
   */
  double drift();

  /** The calibration error of {@code model}; NaN unless it is monitored. */
  static double calibrationErrorOf(SuccessModel model) {
    return model instanceof MonitoredModel monitored ? monitored.calibrationError() : Double.NaN;
  }

  /** The drift of {@code model}; NaN unless it is monitored. */
  static double driftOf(SuccessModel model) {
    return model instanceof MonitoredModel monitored ? monitored.drift() : Double.NaN;
  }
}
