package io.foreguard.predictive.watch;

/** A named quantity of an {@link Outlook}, with its unit. */
public enum OutlookSignal {
  /** Calls that arrived per second since the sample before, refused ones included. */
  ARRIVAL_RATE("{call}/s"),
  /** Share of calls that failed since the sample before. */
  FAILURE_SHARE("1"),
  /** Geometric mean of recent latencies. */
  LATENCY("s"),
  /** Calls per second expected at the horizon. */
  ARRIVAL_RATE_FORECAST("{call}/s"),
  /** Lower end of the interval of {@link #ARRIVAL_RATE_FORECAST}. */
  ARRIVAL_RATE_FORECAST_LOWER("{call}/s"),
  /** Upper end of the interval of {@link #ARRIVAL_RATE_FORECAST}. */
  ARRIVAL_RATE_FORECAST_UPPER("{call}/s"),
  /** Latency expected at the horizon. */
  LATENCY_FORECAST("s"),
  /** Lower end of the interval of {@link #LATENCY_FORECAST}. */
  LATENCY_FORECAST_LOWER("s"),
  /** Upper end of the interval of {@link #LATENCY_FORECAST}. */
  LATENCY_FORECAST_UPPER("s"),
  /** How unusual the sample is, from 0 for not at all to 1; NaN without a detector. */
  ANOMALY_GRADE("1");

  private final String unit;

  OutlookSignal(String unit) {
    this.unit = unit;
  }

  /** Unit in UCUM notation. */
  public String unit() {
    return unit;
  }
}
