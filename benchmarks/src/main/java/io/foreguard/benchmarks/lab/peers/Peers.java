package io.foreguard.benchmarks.lab.peers;

import static io.foreguard.benchmarks.lab.peers.CallerFaults.FAILURES;
import static io.foreguard.benchmarks.lab.peers.CallerFaults.IGNORED;
import static io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType.COUNT_BASED;
import static io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType.TIME_BASED;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Every peer by name. Names that end in {@code -4xx} know which errors are the caller's fault and
 * ignore them; the others take them as the library or formula does that was not told.
 */
public final class Peers {
  /**
   * What {@code benchmarks/lab --tune} found, on training draws alone. It starts from these values;
   * the last of four runs made them better by 0.1 per 1,000.
   */
  public static final CombinationParameters TUNED =
      new CombinationParameters(
          .547, 0, 32, 2.08, 3, .19, 1, .773, 20, 1.55, .404, 1.896, 3, 2, 33, .03, 5.79);

  private static final List<Entry> ENTRIES = new ArrayList<>();

  static {
    add(
        "resilience4j-100",
        "Resilience4j 2.4.0 with its defaults: 50 % of 100 calls, 60 s open, 10 half-open calls",
        s -> Resilience4j.of(count(100, 60)));
    add(
        "resilience4j-10",
        "Resilience4j 2.4.0: 50 % of 10 calls, 60 s open",
        s -> Resilience4j.of(count(10, 60)));
    add(
        "resilience4j-10-5s",
        "Resilience4j 2.4.0: 50 % of 10 calls, 5 s open, 3 half-open calls",
        s -> Resilience4j.of(count(10, 5).permittedNumberOfCallsInHalfOpenState(3)));
    add(
        "resilience4j-10-5s-4xx",
        "the same, told which errors are the caller's fault",
        s ->
            Resilience4j.of(
                Resilience4j.ignoringCallerFaults(
                    count(10, 5).permittedNumberOfCallsInHalfOpenState(3))));
    add(
        "resilience4j-time-60s",
        "Resilience4j 2.4.0: 50 % in 60 s of at least 10 calls, 60 s open",
        s -> Resilience4j.of(time(60, 60)));
    add(
        "resilience4j-time",
        "Resilience4j 2.4.0: 50 % in 10 s of at least 10 calls, 5 s open, 3 half-open calls",
        s -> Resilience4j.of(time(10, 5).permittedNumberOfCallsInHalfOpenState(3)));
    add(
        "resilience4j-time-4xx",
        "the same, told which errors are the caller's fault",
        s ->
            Resilience4j.of(
                Resilience4j.ignoringCallerFaults(
                    time(10, 5).permittedNumberOfCallsInHalfOpenState(3))));
    add(
        "resilience4j-full-4xx",
        "the same, with slow calls (half the deadline, 80 %), a bulkhead of 25 and a retry budget of"
            + " 20 %",
        s ->
            Resilience4j.withBulkheadAndBudget(
                Resilience4j.ignoringCallerFaults(
                    time(10, 5)
                        .permittedNumberOfCallsInHalfOpenState(3)
                        .slowCallDurationThreshold(Duration.ofNanos(s.deadlineNanos() / 2))
                        .slowCallRateThreshold(80))));
    add(
        "failsafe",
        "Failsafe 3.3.2 with its defaults: one failure, 60 s open (its delay is timed by the lab)",
        s -> Failsafe.defaults());
    add(
        "failsafe-10-5s",
        "Failsafe 3.3.2: 5 of 10 calls, 5 s open, 3 of 3 successes close it",
        s -> Failsafe.of(5, 10, Duration.ofSeconds(5), FAILURES));
    add(
        "failsafe-10-5s-4xx",
        "the same, told which errors are the caller's fault",
        s -> Failsafe.of(5, 10, Duration.ofSeconds(5), IGNORED));
    add(
        "sre-120s",
        "SRE client throttling: K = 2, 120 s (formula)",
        s -> new Throttle(2, 120, 0, s.seed()));
    add(
        "sre-10s",
        "SRE client throttling: K = 2, 10 s (formula)",
        s -> new Throttle(2, 10, 0, s.seed()));
    add(
        "kratos",
        "Kratos: K = 1/0.6, 3 s, at least 100 calls (formula)",
        s -> new Throttle(1 / .6, 3, 100, s.seed()));
    add(
        "envoy-admission",
        "Envoy admission control: 95 %, 30 s, at most 80 % (formula)",
        s -> new EnvoyAdmission(s.seed()));
    add(
        "envoy-concurrency",
        "Envoy adaptive concurrency with its defaults (formula)",
        s -> new EnvoyConcurrency());
    add(
        "finagle",
        "Finagle failure accrual by replica, and its retry budget (formula)",
        s -> new FinagleAccrual(s.replicas(), s.seed()));
    add("gradient2", "Netflix Gradient2 with its defaults (formula)", s -> new Gradient2());
    add(
        "polly",
        "Polly v8 with its defaults: 10 % of at least 100 calls in 30 s, 5 s open (rule)",
        s -> RatioBreaker.polly(FAILURES));
    add(
        "polly-4xx",
        "the same, told which errors are the caller's fault",
        s -> RatioBreaker.polly(IGNORED));
    add(
        "sentinel",
        "Sentinel: 50 % of at least 5 calls in 1 s, 10 s open (rule)",
        s -> RatioBreaker.sentinel(FAILURES));
    add(
        "sentinel-4xx",
        "the same, told which errors are the caller's fault",
        s -> RatioBreaker.sentinel(IGNORED));
  }

  private Peers() {}

  /** Single peers, in the order of the report. */
  public static List<Entry> all() {
    return List.copyOf(ENTRIES);
  }

  /** Breaker, outlier ejection, Gradient2 limit and retry budget together. */
  public static Peer.Factory combination(CombinationParameters parameters) {
    return setting -> new Combination(parameters, setting);
  }

  private static void add(String name, String description, Peer.Factory factory) {
    ENTRIES.add(new Entry(name, description, factory));
  }

  private static CircuitBreakerConfig.Builder count(int calls, int waitSeconds) {
    return CircuitBreakerConfig.custom()
        .slidingWindow(calls, calls, COUNT_BASED)
        .waitDurationInOpenState(Duration.ofSeconds(waitSeconds));
  }

  private static CircuitBreakerConfig.Builder time(int seconds, int waitSeconds) {
    return CircuitBreakerConfig.custom()
        .slidingWindow(seconds, 10, TIME_BASED)
        .waitDurationInOpenState(Duration.ofSeconds(waitSeconds));
  }

  /**
   * A peer.
   *
   * @param name one word
   * @param description version, parameters, and whether it is the library or its rule
   * @param factory makes one
   */
  public record Entry(String name, String description, Peer.Factory factory) {}
}
