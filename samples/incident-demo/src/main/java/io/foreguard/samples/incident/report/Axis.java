package io.foreguard.samples.incident.report;

/** Maps values to positions in a plot; values outside are drawn at the edge. Immutable. */
final class Axis {

  private final double min;
  private final double max;
  private final double from;
  private final double to;
  private final boolean log;

  private Axis(double min, double max, double from, double to, boolean log) {
    this.min = min;
    this.max = max;
    this.from = from;
    this.to = to;
    this.log = log;
  }

  static Axis linear(double min, double max, double from, double to) {
    return new Axis(min, max, from, to, false);
  }

  /** Returns an axis on which equal factors are equal distances; both ends must be positive. */
  static Axis log(double min, double max, double from, double to) {
    return new Axis(Math.log(min), Math.log(max), from, to, true);
  }

  double at(double value) {
    double place = ((log ? Math.log(value) : value) - min) / (max - min);
    return from + (to - from) * Math.min(1, Math.max(0, place));
  }
}
