package io.foreguard.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/** A real application, a real dependency that burns, and HTTP in between. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "foreguard.guards.points.timeout=2s",
      "foreguard.guards.points.fallback.last-known-good.maximum-age=10m",
      "management.endpoints.web.exposure.include=health,metrics,foreguard",
      "management.endpoint.health.show-details=always"
    })
class ApplicationTest {
  private static final AtomicBoolean burning = new AtomicBoolean();
  private static final AtomicInteger dependencyCalls = new AtomicInteger();
  private static HttpServer dependency;

  private final HttpClient http = HttpClient.newHttpClient();

  @LocalServerPort private int port;

  @BeforeAll
  static void startDependency() throws IOException {
    dependency = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    dependency.createContext(
        "/points",
        exchange -> {
          dependencyCalls.incrementAndGet();
          byte[] body = "42".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(burning.get() ? 503 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    dependency.start();
  }

  @AfterAll
  static void stopDependency() {
    dependency.stop(0);
  }

  @DynamicPropertySource
  static void address(DynamicPropertyRegistry properties) {
    properties.add(
        "points.url", () -> "http://127.0.0.1:" + dependency.getAddress().getPort() + "/points");
  }

  @Test
  void keepsAnsweringWhileItsDependencyBurnsAndShowsWhatItDoes() throws Exception {
    for (int i = 0; i < 20; i++) {
      assertThat(get("/customers/known")).isEqualTo("42");
    }
    assertThat(state()).containsEntry("status", "UP");

    burning.set(true);
    int before = dependencyCalls.get();
    for (int i = 0; i < 200; i++) {
      assertThat(get("/customers/known")).isEqualTo("42");
    }
    assertThat(dependencyCalls.get() - before).as("calls sent into the fire").isLessThan(100);
    assertThat(get("/customers/new")).startsWith("no points for new: ");

    Map<String, Object> state = state();
    assertThat(state).containsEntry("status", "CIRCUIT_OPEN");
    assertThat(details(state)).containsEntry("state", "OPEN").containsKey("interval");
    assertThat((String) details(state).get("explanation")).contains("P(success)");
    assertThat(json("/actuator/health")).containsEntry("status", "UP");
    assertThat(measured("foreguard.circuit.breaker.admission.share?tag=name:points")).isZero();
    assertThat(measured("foreguard.fallback.served?tag=name:points&tag=source:stale"))
        .isEqualTo(200);
    assertThat(json("/actuator/foreguard").toString()).contains("points={state=OPEN");
    assertThat(json("/actuator/foreguard/points"))
        .containsEntry("policy", "predictive")
        .extractingByKey("reasons")
        .asString()
        .contains("words=");
    assertThat(answer("/actuator/foreguard/other").statusCode()).isEqualTo(404);
  }

  @SuppressWarnings("unchecked") // the structure of a metric's JSON
  private double measured(String metric) throws Exception {
    List<Object> measurements =
        (List<Object>) json("/actuator/metrics/" + metric).get("measurements");
    return ((Number) ((Map<String, Object>) measurements.get(0)).get("value")).doubleValue();
  }

  private HttpResponse<String> answer(String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(20))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private String get(String path) throws Exception {
    return answer(path).body();
  }

  private Map<String, Object> json(String path) throws Exception {
    return JsonParserFactory.getJsonParser().parseMap(get(path));
  }

  private Map<String, Object> state() throws Exception {
    return json("/actuator/health/foreguard/points");
  }

  @SuppressWarnings("unchecked") // the structure of health's JSON
  private static Map<String, Object> details(Map<String, Object> health) {
    return (Map<String, Object>) health.get("details");
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {
    @Bean
    PointsClient pointsClient(@Value("${points.url}") String url) {
      return new PointsClient(RestClient.create(url));
    }

    @Bean
    Customers customers(PointsClient points) {
      return new Customers(points);
    }
  }

  @RestController
  static class Customers {
    private final PointsClient points;

    Customers(PointsClient points) {
      this.points = points;
    }

    @GetMapping("/customers/{id}")
    String customer(@PathVariable String id) {
      return points.points(id);
    }
  }

  static class PointsClient {
    private final RestClient client;

    PointsClient(RestClient client) {
      this.client = client;
    }

    @Guarded(name = "points", key = "#customer", fallbackMethod = "none")
    public String points(String customer) {
      return client.get().uri("?customer={id}", customer).retrieve().body(String.class);
    }

    String none(String customer, Exception failure) {
      return "no points for " + customer + ": " + failure.getClass().getSimpleName();
    }
  }
}
