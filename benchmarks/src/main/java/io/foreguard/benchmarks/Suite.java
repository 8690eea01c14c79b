package io.foreguard.benchmarks;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is compared with what. */
final class Suite {
  /** The benchmark that all others are divided by. */
  static final String FLOOR = name(FloorBenchmark.class, "twoClockReads");

  private static final Class<?> BREAKER = BreakerSuccessBenchmark.class;
  private static final Class<?> GUARD = GuardSuccessBenchmark.class;
  private static final Class<?> REJECTION = BreakerRejectionBenchmark.class;
  private static final Class<?> OUTAGE = OutageBenchmark.class;
  private static final Class<?> MANY = ManyBreakersBenchmark.class;
  private static final Class<?> PART = PartSuccessBenchmark.class;
  private static final Class<?> SCORING = ScoringBenchmark.class;
  private static final Class<?> MODELLED = ModelledBreakerBenchmark.class;

  private static final Class<?> TELEMETRY = TelemetryBenchmark.class;

  private Suite() {}

  /** Rows of the quick run. */
  static List<Row> quick() {
    return rows().stream().filter(Row::quick).toList();
  }

  /** Rows of the full run; the peers are Resilience4j and Failsafe. */
  static List<Row> rows() {
    return List.of(
        row("Breaker: success", BREAKER, "foreguard", "resilience4j", "failsafe").inQuick(),
        row(
            "Breaker: success, fixed thresholds (peers: 60 s window)",
            BREAKER,
            "foreguardClassic",
            "resilience4jTimeWindow",
            "failsafeTimeWindow"),
        row(
            "Breaker: success, listener for transitions",
            BREAKER,
            "foreguardListened",
            "resilience4jListened",
            null),
        row(
            "Breaker: success, permit settled by hand",
            BREAKER,
            "foreguardPermit",
            "resilience4jPermit",
            null),
        row("Breaker: success, clock of 1 ms steps", BREAKER, "foreguardCoarse", null, null),
        row(
            "Breaker behind Resilience4j's interface: success, its thresholds",
            BREAKER,
            "adapterClassic",
            "resilience4j",
            null),
        row(
            "Breaker behind Resilience4j's interface: success, predictive",
            BREAKER,
            "adapterPredictive",
            "resilience4j",
            null),
        row(
                "Guard (retry, breaker, bulkhead): success",
                GUARD,
                "foreguard",
                "resilience4j",
                "failsafe")
            .inQuick(),
        row(
            "Guard: success, decorated once",
            GUARD,
            "foreguardDecorated",
            "resilience4jDecorated",
            null),
        row("Guard with last known good: success", GUARD, "foreguardFallback", null, null)
            .inQuick(),
        row(
            "Guard with last known good: success, new answers",
            GUARD,
            "foreguardFallbackNewAnswers",
            null,
            null),
        row("Guard with time-out: success", GUARD, "foreguardTimeout", null, "failsafeTimeout"),
        row(
            "Bulkhead: success",
            PART,
            "foreguardBulkhead",
            "resilience4jBulkhead",
            "failsafeBulkhead"),
        row("Retry: success", PART, "foreguardRetry", "resilience4jRetry", "failsafeRetry"),
        row("Rejection by exception", REJECTION, "foreguard", "resilience4j", "failsafe").inQuick(),
        row(
            "Rejection by exception, no stack trace",
            REJECTION,
            "foreguard",
            "resilience4jNoTrace",
            null),
        row("Rejection by boolean", REJECTION, "foreguardTry", "resilience4jTry", "failsafeTry")
            .inQuick(),
        row("Outage (opened by failures)", OUTAGE, "foreguard", "resilience4j", "failsafe"),
        row("One of 100,000 breakers, by name", MANY, "foreguard", "resilience4j", null),
        row("One of 100,000 keys, by context", MANY, "foreguardContext", null, null),
        row("One of 100,000 keys, by name", MANY, "foreguardKey", null, null),
        row("A new breaker", MANY, "foreguardNew", "resilience4jNew", null),
        row("Telemetry: none", TELEMETRY, "none", null, null),
        row("Telemetry: OpenTelemetry, all on", TELEMETRY, "openTelemetry", null, null),
        row(
            "Telemetry: OpenTelemetry, all on, in a sampled span",
            TELEMETRY,
            "openTelemetryInSpan",
            null,
            null),
        row("Telemetry: Micrometer, simple", TELEMETRY, "micrometer", null, null),
        row("Telemetry: Micrometer, Prometheus", TELEMETRY, "prometheus", null, null),
        row(
            "Telemetry: Micrometer, Prometheus, Resilience4j's names",
            TELEMETRY,
            "prometheusResilience4jNames",
            null,
            null));
  }

  /** Rows about learned models; the peer is Smile. */
  static List<Row> models() {
    return List.of(
        row("Forest of 100 trees, depth 8: score", SCORING, "foreguardForest", "smileForest", null),
        row(
            "The same, what each feature contributed",
            SCORING,
            "foreguardForestContributions",
            null,
            null),
        row("Logistic regression: log odds", SCORING, "foreguardLogOdds", null, null),
        row(
            "Logistic regression: probability",
            SCORING,
            "foreguardProbability",
            "smileProbability",
            null),
        row("Breaker: success, default model", MODELLED, "withoutModel", null, null),
        row(
            "Breaker: success, a forest scored off the call path",
            MODELLED,
            "withForest",
            null,
            null));
  }

  private static Row row(
      String label,
      Class<?> benchmark,
      String foreguard,
      @Nullable String peer,
      @Nullable String secondPeer) {
    return new Row(
        label,
        name(benchmark, foreguard),
        peer == null ? null : name(benchmark, peer),
        secondPeer == null ? null : name(benchmark, secondPeer),
        false);
  }

  private static String name(Class<?> benchmark, String method) {
    return benchmark.getName() + "." + method;
  }

  /**
   * The same work in several libraries; null where one has no counterpart.
   *
   * @param quick whether the quick run has it
   */
  record Row(
      String label,
      String foreguard,
      @Nullable String peer,
      @Nullable String secondPeer,
      boolean quick) {

    /** The benchmarks of this row. */
    Stream<String> benchmarks() {
      return Stream.of(foreguard, peer, secondPeer).filter(name -> name != null);
    }

    private Row inQuick() {
      return new Row(label, foreguard, peer, secondPeer, true);
    }
  }
}
