package io.foreguard.predictive.watch;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerMetrics;
import io.foreguard.evidence.Signal;
import io.foreguard.evidence.Signals;
import io.foreguard.predictive.anomaly.Anomaly;
import io.foreguard.predictive.anomaly.AnomalyDetector;
import io.foreguard.predictive.forecast.Forecast;
import io.foreguard.predictive.forecast.Forecaster;
import io.foreguard.predictive.forecast.Scale;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes one sample of a breaker at a time. Not thread-safe. */
final class Sampler {
  private static final List<String> QUANTITIES =
      List.of(
          "arrival_rate",
          "failure_share",
          "log_latency",
          "log_p95_latency",
          "in_flight",
          "overdue");
  private static final double NANOS = 1e-9;

  private final CircuitBreaker breaker;
  private final Forecaster load;
  private final Forecaster latency;
  private final @Nullable AnomalyDetector detector;
  private final double[] seen = new double[QUANTITIES.size()];
  private long lastNanos;
  private long lastArrivals;
  private long lastJudged;
  private long lastFailures;

  Sampler(CircuitBreaker breaker, WatchConfig config) {
    this.breaker = breaker;
    int steps = config.steps();
    load = new Forecaster(steps, config.coverage(), Scale.RATE, config.seasonSteps());
    latency = new Forecaster(steps, config.coverage(), Scale.FACTOR, 0);
    detector = config.detector().map(factory -> factory.apply(QUANTITIES)).orElse(null);
    CircuitBreakerMetrics metrics = breaker.metrics();
    lastNanos = breaker.clock().nanoTime();
    remember(metrics);
  }

  /** An outlook in which nothing is known. */
  Outlook unknown() {
    double[] values = new double[OutlookSignal.values().length];
    Arrays.fill(values, Double.NaN);
    return new Outlook(breaker.clock().wallTime(), values, Anomaly.NONE);
  }

  Outlook sample() {
    CircuitBreakerMetrics metrics = breaker.metrics();
    Signals signals = breaker.signals();
    long now = breaker.clock().nanoTime();
    double seconds = Math.max(1, now - lastNanos) * NANOS;
    long judged = metrics.successes() + metrics.failures();
    double rate = Math.max(0, arrivals(metrics) - lastArrivals) / seconds;
    double failureShare =
        judged > lastJudged
            ? (double) (metrics.failures() - lastFailures) / (judged - lastJudged)
            : Double.NaN;
    lastNanos = now;
    remember(metrics);
    double recent = signals.value(Signal.LATENCY_FAST);
    load.add(rate);
    latency.add(recent);

    double[] values = new double[OutlookSignal.values().length];
    values[OutlookSignal.ARRIVAL_RATE.ordinal()] = rate;
    values[OutlookSignal.FAILURE_SHARE.ordinal()] = failureShare;
    values[OutlookSignal.LATENCY.ordinal()] = recent;
    put(values, OutlookSignal.ARRIVAL_RATE_FORECAST, load);
    put(values, OutlookSignal.LATENCY_FORECAST, latency);
    Anomaly anomaly = Anomaly.NONE;
    if (detector != null) {
      anomaly = detect(detector, signals, rate, failureShare, now);
    }
    values[OutlookSignal.ANOMALY_GRADE.ordinal()] = detector == null ? Double.NaN : anomaly.grade();
    return new Outlook(breaker.clock().wallTime(), values, anomaly);
  }

  private Anomaly detect(
      AnomalyDetector by, Signals signals, double rate, double failureShare, long now) {
    seen[0] = rate;
    seen[1] = failureShare;
    seen[2] = Math.log(signals.value(Signal.LATENCY_FAST));
    seen[3] = Math.log(signals.value(Signal.LATENCY_P95));
    seen[4] = signals.value(Signal.IN_FLIGHT);
    seen[5] = signals.value(Signal.OVERDUE);
    return by.add(seen, Math.floorDiv(now, 1_000_000_000L));
  }

  /** The value and, in the two places behind it, the ends of its interval. */
  private static void put(double[] values, OutlookSignal first, Forecaster forecaster) {
    int place = first.ordinal();
    if (!forecaster.isReady()) {
      Arrays.fill(values, place, place + 3, Double.NaN);
      return;
    }
    Forecast forecast = forecaster.forecast();
    values[place] = forecast.value();
    values[place + 1] = forecast.lower();
    values[place + 2] = forecast.upper();
  }

  private void remember(CircuitBreakerMetrics metrics) {
    lastArrivals = arrivals(metrics);
    lastFailures = metrics.failures();
    lastJudged = metrics.successes() + metrics.failures();
  }

  /** Every call that has arrived: ended, in flight, lost or refused. */
  private static long arrivals(CircuitBreakerMetrics metrics) {
    return metrics.calls() + metrics.inFlight() + metrics.lostPermits() + metrics.rejected();
  }
}
