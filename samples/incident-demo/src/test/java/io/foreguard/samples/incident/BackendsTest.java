package io.foreguard.samples.incident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.foreguard.samples.incident.raw.RawLogs;
import io.foreguard.samples.incident.raw.RunInfo;
import io.opentelemetry.proto.logs.v1.LogRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * The samples under load through the incident, with a real Prometheus and a real Zipkin behind
 * them: what comes back when these are asked. {@code -Dbackends.scale=X} changes the length of the
 * incident.
 */
@Tag("backends")
class BackendsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Of models that the samples do not have; they are made when a model changes. */
  private static final Set<String> SILENT_PANELS = Set.of("Changes of model");

  private static final Deque<AutoCloseable> OPEN = new ArrayDeque<>();
  private static final Path FOLDER = Path.of("target", "backends-test").toAbsolutePath();

  private static OtlpReceiver otlp;
  private static ZipkinServer zipkin;
  private static PrometheusServer prometheus;
  private static Instant begun;
  private static Instant ended;

  @BeforeAll
  static void playTheIncident() throws Exception {
    Optional<Path> installed = Backend.program("prometheus");
    assumeTrue(installed.isPresent(), "skipped: no Prometheus");
    Files.createDirectories(FOLDER);
    Http http = opened(new Http());
    otlp = opened(new OtlpReceiver());
    Path zipkinJar = Backend.HOME.resolve(Path.of("samples", "incident-demo", Backend.BUILD));
    zipkin = opened(ZipkinServer.start(zipkinJar.resolve("zipkin/zipkin.jar"), FOLDER, http));
    JvmStage stage = opened(new JvmStage(Backend.HOME, Backend.BUILD, FOLDER, http, settings()));
    EngineAdmin engine = new EngineAdmin(http, stage.startEngine());
    Stage.Services services = stage.startServices("foreguard");
    zipkin.awaitReady();
    prometheus =
        opened(
            PrometheusServer.start(
                installed.get(),
                Files.createTempDirectory(FOLDER, "prometheus"),
                Backend.OPS.resolve("alerts.yml"),
                Map.of("call-routing", services.routing(), "loyalty-lookup", services.loyalty()),
                http));
    Backend.eventually(PATIENCE, () -> prometheus.targets(), BackendsTest::areUp);
    begun = Instant.now();
    play(http, engine, services);
    Backend.eventually(PATIENCE, () -> isClosed("points-engine"), closed -> closed);
    ended = Instant.now();
  }

  @AfterAll
  static void stop() throws Exception {
    while (!OPEN.isEmpty()) {
      OPEN.pop().close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"points-engine", "loyalty-lookup"})
  void histogramsGiveQuantilesOfTheCalls(String guard) throws Exception {
    String quantile =
        "histogram_quantile(%s, sum by (le)"
            + " (rate(foreguard_circuit_breaker_calls_seconds_bucket{name='"
            + guard
            + "'}[5m])))";

    double median = prometheus.number(quantile.formatted("0.5"));
    double p99 = prometheus.number(quantile.formatted("0.99"));

    assertThat(median).isBetween(0.005, 0.8); // 15 ms in the engine when it is well
    assertThat(p99).isGreaterThan(median).isBetween(0.3, 5.0); // the time-outs of the hang
  }

  @Test
  void exemplarsLeadToTheTraceOfACallThroughBothServices() throws Exception {
    JsonNode series =
        prometheus.exemplars(
            "foreguard_circuit_breaker_calls_seconds_bucket{name='points-engine'}", begun, ended);
    List<JsonNode> exemplars = new ArrayList<>();
    series.forEach(one -> one.path("exemplars").forEach(exemplars::add));
    assertThat(exemplars).isNotEmpty();
    JsonNode labels = exemplars.get(exemplars.size() - 1).path("labels");

    JsonNode trace =
        Backend.eventually(
            PATIENCE,
            () -> zipkin.trace(labels.path("trace_id").asString()),
            spans -> services(spans).containsAll(Set.of("call-routing", "loyalty-lookup")));

    assertThat(trace)
        .anySatisfy(
            span -> {
              assertThat(span.path("id").asString()).isEqualTo(labels.path("span_id").asString());
              assertThat(span.path("localEndpoint").path("serviceName").asString())
                  .isEqualTo("loyalty-lookup");
            });
  }

  @Test
  void stateSeriesTellTheIncidentFromItsStartToItsEnd() throws Exception {
    JsonNode states =
        prometheus.range(
            "max by (state) (foreguard_circuit_breaker_state{name='points-engine',"
                + "state=~'closed|open'})",
            begun,
            ended);

    assertThat(values(states, "closed")).startsWith(1.0).endsWith(1.0).contains(0.0);
    assertThat(values(states, "open")).startsWith(0.0).endsWith(0.0).contains(1.0);
    assertThat(
            prometheus.number(
                "sum(foreguard_circuit_breaker_transitions_total{name='points-engine',to='open'})"))
        .isPositive();
    assertThat(
            prometheus.number(
                "min_over_time(foreguard_circuit_breaker_admission_share"
                    + "{name='points-engine'}[5m])"))
        .isLessThan(0.5);
  }

  @Test
  void theSpanOfARefusedCallSaysWhyItWasRefused() throws Exception {
    JsonNode traces =
        Backend.eventually(
            PATIENCE,
            () -> zipkin.traces("loyalty-lookup", "foreguard.decision", "reject"),
            found -> !found.isEmpty());

    List<JsonNode> refused = new ArrayList<>();
    traces.forEach(
        trace ->
            trace.forEach(
                span -> {
                  JsonNode tags = span.path("tags");
                  if (tags.path("foreguard.circuit_breaker.name")
                      .asString("")
                      .equals("points-engine")) {
                    refused.add(tags);
                  }
                }));
    assertThat(refused)
        .isNotEmpty()
        .allSatisfy(
            tags -> {
              assertThat(tags.path("foreguard.rejection.reason").asString())
                  .isIn("open", "throttled", "recovering", "overloaded");
              assertThat(tags.path("foreguard.explanation").asString()).isNotBlank();
              assertThat(tags.path("foreguard.prediction.model.name").asString()).isNotBlank();
            });
    assertThat(otlp.spans())
        .map(span -> OtlpReceiver.texts(span.getAttributesList()))
        .anySatisfy(
            attributes ->
                assertThat(attributes)
                    .containsEntry("foreguard.decision", "reject")
                    .hasEntrySatisfying(
                        "foreguard.explanation", words -> assertThat(words).isNotBlank()));
  }

  @Test
  void transitionsAndRefusalsArriveAsLogEvents() throws Exception {
    List<LogRecord> transitions =
        Backend.eventually(
            PATIENCE,
            () -> otlp.events("foreguard.circuit_breaker.transition"),
            events -> !events.isEmpty());

    assertThat(transitions)
        .map(event -> OtlpReceiver.texts(event.getAttributesList()))
        .anySatisfy(
            attributes ->
                assertThat(attributes)
                    .containsEntry("foreguard.circuit_breaker.name", "points-engine")
                    .containsEntry("foreguard.circuit_breaker.transition.to", "open")
                    .containsKey("foreguard.explanation"));
    assertThat(otlp.events("foreguard.circuit_breaker.rejection"))
        .isNotEmpty()
        .allSatisfy(event -> assertThat(event.getTraceId().size()).isEqualTo(16));
  }

  @Test
  void everyExpressionOfTheDashboardAnswers() throws Exception {
    assertThat(Dashboard.expressions()).hasSizeGreaterThan(15);
    for (Dashboard.Expression expression : Dashboard.expressions()) {
      JsonNode result = prometheus.query(expression.text());

      if (!SILENT_PANELS.contains(expression.panel())) {
        assertThat(result).as(expression.toString()).isNotEmpty();
      }
    }
  }

  @Test
  void theAlertRulesAreEvaluatedWithoutErrorAndSeeTheIncident() throws Exception {
    JsonNode groups =
        Backend.eventually(
            PATIENCE,
            () -> prometheus.ruleGroups(),
            all -> !all.isEmpty() && !all.toString().contains("\"health\":\"unknown\""));

    groups.forEach(
        group ->
            group
                .path("rules")
                .forEach(
                    rule ->
                        assertThat(rule.path("health").asString())
                            .as(rule.toString())
                            .isEqualTo("ok")));
    assertThat(prometheus.number("foreguard:unanswered:ratio_rate5m{name='points-engine'}"))
        .isGreaterThan(0.144);
    assertThat(prometheus.query("ALERTS{alertname='ForeguardErrorBudgetBurnsFast'}")).isNotEmpty();
    assertThat(prometheus.query("max_over_time(ALERTS{alertname='ForeguardStaleAnswers'}[5m])"))
        .isNotEmpty();
    assertThat(prometheus.query("max_over_time(ALERTS{alertname='ForeguardGuardOpen'}[5m])"))
        .isNotEmpty();
  }

  /** Traces and events to both receivers, and the parts that are off by default. */
  private static List<String> settings() {
    return List.of(
        "--management.opentelemetry.tracing.export.otlp.endpoint=" + otlp.base() + "/v1/traces",
        "--management.opentelemetry.logging.export.otlp.endpoint=" + otlp.base() + "/v1/logs",
        "--management.tracing.export.zipkin.enabled=true",
        "--management.tracing.export.zipkin.endpoint=" + zipkin.spansEndpoint(),
        "--foreguard.defaults.retry.enabled=true",
        "--foreguard.defaults.retry.max-attempts=2",
        "--foreguard.defaults.retry.base-delay=10ms",
        "--foreguard.defaults.bulkhead.enabled=true",
        "--foreguard.defaults.bulkhead.max-concurrent-calls=200");
  }

  private static void play(Http http, EngineAdmin engine, Stage.Services services)
      throws IOException, InterruptedException {
    double scale = Double.parseDouble(System.getProperty("backends.scale", "1"));
    Options options =
        Options.parse("--lanes", "foreguard", "--rate", "30", "--scale", Double.toString(scale));
    RunInfo run = IncidentDemo.info(options, 200);
    RawLogs logs = new RawLogs(FOLDER.resolve("raw"));
    logs.write(run);
    Progress progress = new Progress(System.out, 0, run.deadlineMs());
    new LanePlayer(run, Script.incident(scale), logs, http, engine, progress)
        .play("foreguard", services);
  }

  private static boolean areUp(JsonNode targets) {
    return targets.size() == 2
        && targets.valueStream().allMatch(one -> one.path("health").asString().equals("up"));
  }

  private static boolean isClosed(String guard) throws IOException, InterruptedException {
    return prometheus.number("foreguard_circuit_breaker_state{name='" + guard + "',state='closed'}")
        == 1;
  }

  private static List<String> services(JsonNode spans) {
    List<String> services = new ArrayList<>();
    spans.forEach(
        span -> services.add(span.path("localEndpoint").path("serviceName").asString("")));
    return services;
  }

  private static List<Double> values(JsonNode series, String state) {
    List<Double> values = new ArrayList<>();
    for (JsonNode one : series) {
      if (one.path("metric").path("state").asString().equals(state)) {
        one.path("values").forEach(v -> values.add(Double.valueOf(v.get(1).asString())));
      }
    }
    return values;
  }

  private static <T extends AutoCloseable> T opened(T resource) {
    OPEN.push(resource);
    return resource;
  }
}
