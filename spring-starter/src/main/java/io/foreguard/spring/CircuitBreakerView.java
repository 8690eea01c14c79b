package io.foreguard.spring;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerMetrics;
import io.foreguard.circuitbreaker.Explanation;
import io.foreguard.estimation.Estimate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A circuit breaker as plain values, for people and their tools. */
final class CircuitBreakerView {
  private CircuitBreakerView() {}

  /** What it decides and why. Without an estimate there is its reason, and nothing that is NaN. */
  static Map<String, Object> decision(CircuitBreaker breaker) {
    Explanation explanation = breaker.explain();
    Estimate estimate = explanation.estimate();
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("state", breaker.state());
    view.put("mode", breaker.mode());
    view.put("share", breaker.admissionShare());
    if (estimate.isAbstention()) {
      view.put("abstention", estimate.abstention());
    } else {
      view.put("probability", estimate.probability());
      view.put("interval", List.of(estimate.lower(), estimate.upper()));
      view.put("threshold", explanation.threshold());
    }
    view.put("explanation", explanation.toString());
    return view;
  }

  /** The decision, its reasons one by one, and what was counted. */
  static Map<String, Object> full(CircuitBreaker breaker) {
    Map<String, Object> view = decision(breaker);
    Explanation explanation = breaker.explain();
    view.put("policy", explanation.policy());
    view.put("model", explanation.estimate().model());
    view.put("modelVersion", explanation.estimate().modelVersion());
    view.put("reasons", explanation.estimate().contributions());
    view.put("classicWouldReject", explanation.classicWouldReject());
    CircuitBreakerMetrics metrics = breaker.metrics();
    Map<String, Object> counts = new LinkedHashMap<>();
    counts.put("inFlight", metrics.inFlight());
    counts.put("calls", metrics.calls());
    counts.put("successes", metrics.successes());
    counts.put("failures", metrics.failures());
    counts.put("rejected", metrics.rejected());
    counts.put("shadowRejected", metrics.shadowRejected());
    counts.put("probes", metrics.probes());
    view.put("counts", counts);
    return view;
  }
}
