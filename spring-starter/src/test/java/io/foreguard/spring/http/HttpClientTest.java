package io.foreguard.spring.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.foreguard.CallRejectedException;
import io.foreguard.circuitbreaker.CircuitBreakerMetrics;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.ForeguardAutoConfiguration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpMethod;
import org.springframework.web.client.HttpStatusCodeException;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import org.springframework.web.reactive.function.client.WebClientResponseException;

/** Both clients against a real server. */
class HttpClientTest {
  private final Queue<Integer> statuses = new ArrayDeque<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  ForeguardAutoConfiguration.class, ForeguardHttpClientAutoConfiguration.class))
          .withPropertyValues(
              "foreguard.guards.points.timeout=5s",
              "foreguard.guards.again.retry.base-delay=0ms",
              "foreguard.guards.again.retry.max-delay=1s");
  private HttpServer server;
  private volatile String retryAfter = "";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @ParameterizedTest
  @EnumSource
  void theAnswerReachesTheClientAndTheGuardJudgesItsStatus(Client client) {
    run(
        context -> {
          statuses.addAll(List.of(200, 404, 429, 503));
          assertThat(client.call(context, "points", HttpMethod.GET, url())).isEqualTo("200 body");
          assertThat(client.call(context, "points", HttpMethod.GET, url())).isEqualTo("404 body");
          assertThat(client.call(context, "points", HttpMethod.GET, url())).isEqualTo("429 body");
          assertThat(client.call(context, "points", HttpMethod.GET, url())).isEqualTo("503 body");

          CircuitBreakerMetrics metrics = metrics(context, "points");
          assertThat(metrics.successes()).isOne();
          assertThat(metrics.failures()).isEqualTo(2);
          assertThat(metrics.calls()).isEqualTo(4);
        });
  }

  @ParameterizedTest
  @EnumSource
  void whatMayBeRepeatedIs(Client client) {
    run(
        context -> {
          statuses.addAll(List.of(503, 500, 200));
          assertThat(client.call(context, "again", HttpMethod.GET, url())).isEqualTo("200 body");
          assertThat(requests).hasValue(3);

          statuses.addAll(List.of(503, 200));
          assertThat(client.call(context, "again", HttpMethod.POST, url())).isEqualTo("503 body");
          assertThat(requests).hasValue(4);
          statuses.clear();

          statuses.addAll(List.of(429, 200));
          assertThat(client.call(context, "again", HttpMethod.POST, url())).isEqualTo("200 body");

          requests.set(0);
          statuses.addAll(List.of(404, 200));
          assertThat(client.call(context, "again", HttpMethod.GET, url())).isEqualTo("404 body");
          assertThat(requests).hasValue(1);
        });
  }

  @ParameterizedTest
  @EnumSource
  void aRetryAfterThatIsTooFarAwayEndsTheCall(Client client) {
    run(
        context -> {
          retryAfter = "120";
          statuses.addAll(List.of(503, 200));
          assertThat(client.call(context, "again", HttpMethod.GET, url())).isEqualTo("503 body");
          retryAfter = "Wed, 21 Oct 2215 07:28:00 GMT";
          statuses.addAll(List.of(503));
          assertThat(client.call(context, "again", HttpMethod.GET, url())).isEqualTo("200 body");
          assertThat(requests).hasValue(2);
        });
  }

  @ParameterizedTest
  @EnumSource
  void aRefusalReachesTheCallerAndNotTheServer(Client client) {
    run(
        context -> {
          assertThat(client.call(context, "points", HttpMethod.GET, url())).isEqualTo("200 body");
          context
              .getBean(ForeguardRegistry.class)
              .guard("points")
              .circuitBreaker()
              .mode(Mode.FORCED_OPEN);
          assertThatExceptionOfType(CallRejectedException.class)
              .isThrownBy(() -> client.call(context, "points", HttpMethod.GET, url()));
          assertThat(requests).hasValue(1);
        });
  }

  @ParameterizedTest
  @EnumSource
  void aRefusedConnectionIsRepeatedWhateverTheMethod(Client client) {
    run(
        context -> {
          server.stop(0);
          assertThatExceptionOfType(client.connectionProblem)
              .isThrownBy(() -> client.call(context, "again", HttpMethod.POST, url()));
          assertThat(metrics(context, "again").failures()).isEqualTo(3);
        });
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    int status = statuses.isEmpty() ? 200 : statuses.remove();
    byte[] body = (status + " body").getBytes(StandardCharsets.UTF_8);
    if (!retryAfter.isEmpty()) {
      exchange.getResponseHeaders().add("Retry-After", retryAfter);
    }
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private String url() {
    return "http://localhost:" + server.getAddress().getPort() + "/";
  }

  private static CircuitBreakerMetrics metrics(ApplicationContext context, String guard) {
    return context.getBean(ForeguardRegistry.class).guard(guard).circuitBreaker().metrics();
  }

  private void run(Consumer<ApplicationContext> test) {
    runner.run(test::accept);
  }

  /** How to send a request; the answer's body whatever its status. */
  enum Client {
    REST_CLIENT(ResourceAccessException.class) {
      @Override
      String call(ApplicationContext context, String guard, HttpMethod method, String url) {
        RestClient client =
            RestClient.builder()
                .requestInterceptor(context.getBean(RestClientGuards.class).interceptor(guard))
                .build();
        try {
          return client.method(method).uri(url).retrieve().body(String.class);
        } catch (HttpStatusCodeException e) {
          return e.getResponseBodyAsString();
        }
      }
    },
    WEB_CLIENT(WebClientRequestException.class) {
      @Override
      String call(ApplicationContext context, String guard, HttpMethod method, String url) {
        WebClient client =
            WebClient.builder()
                .filter(context.getBean(WebClientGuards.class).filter(guard))
                .build();
        try {
          return client.method(method).uri(url).retrieve().bodyToMono(String.class).block();
        } catch (WebClientResponseException e) {
          return e.getResponseBodyAsString();
        }
      }
    };

    private final Class<? extends Exception> connectionProblem;

    Client(Class<? extends Exception> connectionProblem) {
      this.connectionProblem = connectionProblem;
    }

    abstract String call(ApplicationContext context, String guard, HttpMethod method, String url);
  }
}
