package io.foreguard.spring.endpoint;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerMetrics;
import io.foreguard.circuitbreaker.Explanation;
import io.foreguard.estimation.Estimate;
import io.foreguard.evidence.Signal;
import io.foreguard.evidence.Signals;
import java.util.List;
import java.util.Map;

/** A circuit breaker as plain values, for people and their tools. */
final class CircuitBreakerView {
  private CircuitBreakerView() {}

  /** What it decides and why. Without an estimate there is its reason, and nothing that is NaN. */
  static Map<String, Object> decision(CircuitBreaker breaker) {
    Explanation explanation = breaker.explain();
    return decision(breaker, explanation).put("explanation", explanation.toString()).map();
  }

  /** The decision, its load and the latency of its calls, as far as they are known. */
  static Values summary(CircuitBreaker breaker) {
    CircuitBreakerMetrics metrics = breaker.metrics();
    Signals signals = breaker.signals();
    Explanation explanation = breaker.explain();
    return decision(breaker, explanation)
        .put("policy", explanation.policy())
        .put("classicWouldReject", explanation.classicWouldReject())
        .put("inFlight", metrics.inFlight())
        .putLimit("concurrencyLimit", breaker.concurrencyLimit())
        .put("latency", latency(signals))
        .put("counts", counts(metrics));
  }

  /** What it knew when it last decided, in words and one reason after the other. */
  static Values explanation(CircuitBreaker breaker) {
    Explanation explanation = breaker.explain();
    Estimate estimate = explanation.estimate();
    return decision(breaker, explanation)
        .put("explanation", explanation.toString())
        .put("policy", explanation.policy())
        .put("classicWouldReject", explanation.classicWouldReject())
        .putFinite("baseLogOdds", estimate.baseLogOdds())
        .put("reasons", reasons(estimate));
  }

  private static Values decision(CircuitBreaker breaker, Explanation explanation) {
    Estimate estimate = explanation.estimate();
    Values view = new Values();
    view.put("state", breaker.state());
    view.put("mode", breaker.mode());
    view.put("share", breaker.admissionShare());
    if (estimate.isAbstention()) {
      view.put("abstention", estimate.abstention());
    } else {
      view.put("probability", estimate.probability());
      view.put("interval", List.of(estimate.lower(), estimate.upper()));
      view.putFinite("threshold", explanation.threshold());
    }
    return view;
  }

  private static List<Map<String, Object>> reasons(Estimate estimate) {
    return estimate.contributions().stream()
        .map(
            reason ->
                new Values()
                    .put("signal", reason.signal())
                    .putFinite("value", reason.value())
                    .putFinite("logOdds", reason.logOdds())
                    .put("words", reason.words())
                    .map())
        .toList();
  }

  private static Map<String, Object> latency(Signals signals) {
    return new Values()
        .putFinite("baselineSeconds", signals.value(Signal.LATENCY_BASELINE))
        .putFinite("recentSeconds", signals.value(Signal.LATENCY_FAST))
        .putFinite("p50Seconds", signals.value(Signal.LATENCY_P50))
        .putFinite("p95Seconds", signals.value(Signal.LATENCY_P95))
        .putFinite("p99Seconds", signals.value(Signal.LATENCY_P99))
        .map();
  }

  private static Map<String, Object> counts(CircuitBreakerMetrics metrics) {
    return new Values()
        .put("calls", metrics.calls())
        .put("successes", metrics.successes())
        .put("failures", metrics.failures())
        .put("rejected", metrics.rejected())
        .put("probes", metrics.probes())
        .put("shadowRejected", metrics.shadowRejected())
        .put("shadowRejectedSucceeded", metrics.shadowRejectedSucceeded())
        .map();
  }
}
