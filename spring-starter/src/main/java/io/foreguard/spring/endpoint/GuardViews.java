package io.foreguard.spring.endpoint;

import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.bulkhead.ThreadPoolBulkhead;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerMetrics;
import io.foreguard.circuitbreaker.Explanation;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.guard.Guard;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.retry.Retry;
import io.foreguard.timeout.Timeout;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Guards, and circuit breakers that are in no guard of their name, as plain values. Thread-safe.
 */
final class GuardViews {
  private final ForeguardRegistry registry;
  private final FallbackCounts fallbacks;
  private final ModelInspector models;

  GuardViews(ForeguardRegistry registry, FallbackCounts fallbacks, ModelInspector models) {
    this.registry = registry;
    this.fallbacks = fallbacks;
    this.models = models;
  }

  /** All of them by name, each with its decision, its load and the state of its parts. */
  Map<String, Map<String, Object>> summaries() {
    Map<String, Map<String, Object>> views = new TreeMap<>();
    registry
        .circuitBreakers()
        .entries()
        .forEach(breaker -> views.put(breaker.name(), summary(breaker.name(), breaker).map()));
    registry
        .guards()
        .entries()
        .forEach(
            guard -> views.put(guard.name(), summary(guard.name(), guard.circuitBreaker()).map()));
    return views;
  }

  /** One with its reasons, its model and what others would have done; empty without such a name. */
  Optional<Map<String, Object>> full(String name) {
    return of(
        name,
        breaker -> {
          Values view = summary(name, breaker);
          CircuitBreakerView.explanation(breaker).map().forEach(view::put);
          return view.put("shadow", shadowOf(breaker)).map();
        });
  }

  /** What moved the last decision. */
  Optional<Map<String, Object>> explanation(String name) {
    return of(name, breaker -> CircuitBreakerView.explanation(breaker).map());
  }

  /** Which model decides, which one is configured, and how far that is trusted. */
  Optional<Map<String, Object>> model(String name) {
    return of(name, this::modelOf);
  }

  /** What was or would have been refused by other rules. */
  Optional<Map<String, Object>> shadow(String name) {
    return of(name, this::shadowOf);
  }

  /** The circuit breaker of the guard of that name, or else the one of that name. */
  Optional<CircuitBreaker> circuitBreaker(String name) {
    Optional<Guard> guard = registry.guards().find(name);
    return guard.isPresent()
        ? guard.map(Guard::circuitBreaker)
        : registry.circuitBreakers().find(name);
  }

  private Optional<Map<String, Object>> of(
      String name, Function<CircuitBreaker, Map<String, Object>> view) {
    return circuitBreaker(name).map(view);
  }

  private Values summary(String name, CircuitBreaker breaker) {
    Values view = CircuitBreakerView.summary(breaker).put("model", modelOf(breaker));
    registry.guards().find(name).ifPresent(guard -> putParts(view, guard));
    fallbacks.of(name).ifPresent(counts -> view.put("fallback", counts));
    return view;
  }

  private static void putParts(Values view, Guard guard) {
    guard.bulkhead().ifPresent(bulkhead -> view.put("bulkhead", of(bulkhead)));
    guard.threadPoolBulkhead().ifPresent(pool -> view.put("threadPool", of(pool)));
    guard.retry().ifPresent(retry -> view.put("retry", of(retry)));
    guard.timeout().ifPresent(timeout -> view.put("timeout", of(timeout)));
  }

  private static Map<String, Object> of(Bulkhead bulkhead) {
    return load(bulkhead.inFlight(), bulkhead.maxConcurrentCalls(), bulkhead.waiting())
        .put("rejected", bulkhead.rejectedCalls())
        .map();
  }

  private static Map<String, Object> of(ThreadPoolBulkhead pool) {
    return load(pool.inFlight(), pool.maxConcurrentCalls(), pool.waiting())
        .put("rejected", pool.rejectedCalls())
        .put("threads", pool.threads())
        .map();
  }

  private static Values load(int inFlight, int limit, int waiting) {
    return new Values().put("inFlight", inFlight).putLimit("limit", limit).put("waiting", waiting);
  }

  private static Map<String, Object> of(Retry retry) {
    return new Values()
        .put("retries", retry.metrics().retries())
        .put("budgetRefusals", retry.metrics().budgetRefusals())
        .put("budgetUsed", retry.budget().utilization())
        .putLimit("budgetAvailable", retry.budget().available())
        .putLimit("budgetBurst", retry.budget().burst())
        .map();
  }

  private static Map<String, Object> of(Timeout timeout) {
    return new Values()
        .put("seconds", timeout.limit().toNanos() * 1e-9)
        .put("timedOut", timeout.timedOutCalls())
        .map();
  }

  private Map<String, Object> modelOf(CircuitBreaker breaker) {
    SuccessModel configured = breaker.config().model();
    Explanation explanation = breaker.explain();
    Values view =
        new Values()
            .put("decides", explanation.estimate().model())
            .put("decidesVersion", explanation.estimate().modelVersion())
            .put("configured", configured.name())
            .put("configuredVersion", configured.version())
            .put("distrust", configured.distrust());
    models.trust(configured).ifPresent(trust -> view.put("trust", trust));
    return view.map();
  }

  private Map<String, Object> shadowOf(CircuitBreaker breaker) {
    CircuitBreakerMetrics metrics = breaker.metrics();
    Values view =
        new Values()
            .put("mode", breaker.mode())
            .put("wouldHaveRejected", metrics.shadowRejected())
            .put("ofTheseSucceeded", metrics.shadowRejectedSucceeded())
            .put("rejected", metrics.rejected())
            .put("classicWouldReject", breaker.explain().classicWouldReject());
    models.comparison(breaker.config().model()).ifPresent(report -> view.put("comparison", report));
    return view.map();
  }
}
