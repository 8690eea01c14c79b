package io.foreguard.samples.pointsengine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The engine over real HTTP. */
class PointsServerTest {
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private PointsServer server;

  @BeforeEach
  void start() throws IOException {
    server = PointsServer.start(Settings.parse("--port=0"), Time.SYSTEM);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void answersThePointsOfACustomer() throws Exception {
    HttpResponse<String> response = get("/points/C0001", "r1");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo("{\"customerId\":\"C0001\",\"points\":" + Fate.points("C0001") + "}");
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(get("/admin/log", "").body()).contains("\"id\":\"r1\"", "\"abandoned\":false");
  }

  @Test
  void failsWhenTold() throws Exception {
    assertThat(post("/admin/fault?mode=fail").body()).contains("\"mode\":\"fail\"");

    HttpResponse<String> response = get("/points/C0001", "r1");

    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(get("/admin/oracle/r1?deadlineMs=1000", "").body())
        .startsWith("{\"wouldSucceed\":false,\"latencyMs\":");
  }

  @Test
  void noticesThatTheClientOfAHungRequestHasGone() throws Exception {
    post("/admin/fault?mode=hang");
    HttpRequest impatient =
        request("/points/C0001", "r1").timeout(Duration.ofMillis(200)).GET().build();
    assertThatExceptionOfType(HttpTimeoutException.class)
        .isThrownBy(() -> client.send(impatient, BodyHandlers.ofString()));
    assertThat(get("/admin/status", "").body()).contains("\"hanging\":1");

    post("/admin/fault?mode=recover");

    Await.until(() -> loggedAsAbandoned("r1"));
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /admin/fault?mode=fail&errorRate=2, 400, 'errorRate must be in [0, 1], but was 2'",
    "POST, /admin/fault, 400, mode must be one of",
    "POST, /admin/reset?seed=x, 400, seed must be a whole number",
    "GET, /admin/oracle/r1?deadlineMs=0, 400, 'deadlineMs must be in [1, 3600000], but was 0'",
    "GET, /points/, 400, customerId must be 1 to 100 letters",
    "GET, /points/a%20b, 400, customerId must be 1 to 100 letters",
    "GET, /admin/reset, 405, The method must be POST",
    "POST, /points/C0001, 405, The method must be GET",
    "GET, /nowhere, 404, No resource at /nowhere",
  })
  void refusesBadInputWithAReason(String method, String path, int status, String reason)
      throws Exception {
    HttpResponse<String> response =
        client.send(
            request(path, "r1").method(method, HttpRequest.BodyPublishers.noBody()).build(),
            BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).contains(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "--port=70000, 'port must be in [0, 65535], but was 70000'",
    "--workers=0, 'workers must be in [1, 1000], but was 0'",
    "--colour=red, argument must be --host=",
    "port=1, argument must be --host=",
  })
  void refusesBadArguments(String argument, String message) {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> Settings.parse(argument))
        .withMessageStartingWith(message);
  }

  private boolean loggedAsAbandoned(String id) {
    try {
      return get("/admin/log", "")
          .body()
          .lines()
          .anyMatch(l -> l.contains('"' + id + '"') && l.contains("\"abandoned\":true"));
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private HttpResponse<String> get(String path, String requestId)
      throws IOException, InterruptedException {
    return client.send(request(path, requestId).GET().build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path) throws IOException, InterruptedException {
    return client.send(
        request(path, "").POST(HttpRequest.BodyPublishers.noBody()).build(),
        BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path, String requestId) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .timeout(Duration.ofSeconds(5));
    return requestId.isEmpty() ? builder : builder.header("X-Request-Id", requestId);
  }
}
