package io.foreguard.samples.incident;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A Zipkin server of its own, with its traces in memory. */
final class ZipkinServer implements AutoCloseable {

  private final Http http;
  private final ChildProcess process;

  private ZipkinServer(Http http, ChildProcess process) {
    this.http = http;
    this.process = process;
  }

  /** Starts one without waiting for it. */
  static ZipkinServer start(Path jar, Path folder, Http http) throws IOException {
    int port = ChildProcess.freePort();
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ChildProcess process =
        ChildProcess.start(
            "zipkin",
            port,
            folder.resolve("zipkin.log"),
            List.of(
                java,
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                jar.toString(),
                "--server.port=" + port));
    return new ZipkinServer(http, process);
  }

  void awaitReady() throws IOException, InterruptedException {
    process.awaitReady(http, "/health");
  }

  URI spansEndpoint() {
    return process.base().resolve("/api/v2/spans");
  }

  /** The spans of a trace; none while it is not known. */
  JsonNode trace(String id) {
    HttpResponse<String> response =
        http.send(HttpRequest.newBuilder(process.base().resolve("/api/v2/trace/" + id)).build())
            .join();
    return Backend.JSON.readTree(response.statusCode() == 200 ? response.body() : "[]");
  }

  /** Traces with a span of {@code service} that has a tag of that value. */
  JsonNode traces(String service, String tag, String value)
      throws IOException, InterruptedException {
    return Backend.get(
        http,
        process
            .base()
            .resolve(
                "/api/v2/traces?limit=50&serviceName="
                    + service
                    + "&annotationQuery="
                    + Backend.encoded(tag + "=" + value)));
  }

  @Override
  public void close() {
    process.kill();
  }
}
