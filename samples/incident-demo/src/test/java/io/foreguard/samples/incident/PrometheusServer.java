package io.foreguard.samples.incident;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A Prometheus of the machine that scrapes each second. */
final class PrometheusServer implements AutoCloseable {

  private final Http http;
  private final ChildProcess process;

  private PrometheusServer(Http http, ChildProcess process) {
    this.http = http;
    this.process = process;
  }

  /**
   * Starts one.
   *
   * @param targets where each job is
   */
  static PrometheusServer start(
      Path program, Path folder, Path rules, Map<String, URI> targets, Http http)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    StringBuilder jobs = new StringBuilder();
    targets.forEach(
        (job, base) ->
            jobs.append(
                """
                  - job_name: %s
                    metrics_path: /actuator/prometheus
                    static_configs: [{targets: ['%s']}]
                """
                    .formatted(job, base.getAuthority())));
    Path config = folder.resolve("prometheus.yml");
    Files.writeString(
        config,
        """
        global: {scrape_interval: 1s, evaluation_interval: 1s}
        rule_files: ['%s']
        scrape_configs:
        %s
        """
            .formatted(rules.toAbsolutePath().normalize(), jobs));
    int port = ChildProcess.freePort();
    ChildProcess process =
        ChildProcess.start(
            "prometheus",
            port,
            folder.resolve("prometheus.log"),
            List.of(
                program.toString(),
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("tsdb"),
                "--web.listen-address=127.0.0.1:" + port,
                "--enable-feature=exemplar-storage"));
    try {
      process.awaitReady(http, "/-/ready");
    } catch (IOException | InterruptedException e) {
      process.kill();
      throw e;
    }
    return new PrometheusServer(http, process);
  }

  /** What an expression gives now. */
  JsonNode query(String expression) throws IOException, InterruptedException {
    return result("/api/v1/query?query=" + Backend.encoded(expression)).path("result");
  }

  /** The one number that an expression gives now; NaN when it gives none, or several. */
  double number(String expression) throws IOException, InterruptedException {
    JsonNode result = query(expression);
    return result.size() == 1
        ? Double.parseDouble(result.get(0).path("value").get(1).asString())
        : Double.NaN;
  }

  /** What an expression gave, second by second. */
  JsonNode range(String expression, Instant from, Instant to)
      throws IOException, InterruptedException {
    return result(
            "/api/v1/query_range?step=1&query="
                + Backend.encoded(expression)
                + "&start="
                + from
                + "&end="
                + to)
        .path("result");
  }

  JsonNode exemplars(String expression, Instant from, Instant to)
      throws IOException, InterruptedException {
    return result(
        "/api/v1/query_exemplars?query="
            + Backend.encoded(expression)
            + "&start="
            + from
            + "&end="
            + to);
  }

  /** What is scraped, each with its health and last error. */
  JsonNode targets() throws IOException, InterruptedException {
    return result("/api/v1/targets").path("activeTargets");
  }

  JsonNode ruleGroups() throws IOException, InterruptedException {
    return result("/api/v1/rules").path("groups");
  }

  @Override
  public void close() {
    process.kill();
  }

  private JsonNode result(String path) throws IOException, InterruptedException {
    JsonNode answer = Backend.get(http, process.base().resolve(path));
    assertThat(answer.path("status").asString()).isEqualTo("success");
    return answer.path("data");
  }
}
