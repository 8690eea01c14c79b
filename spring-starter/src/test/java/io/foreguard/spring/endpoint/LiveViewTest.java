package io.foreguard.spring.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.registry.ForeguardRegistry;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** The live view over HTTP, as browsers and proxies see it. */
@Timeout(60)
class LiveViewTest {
  private static final String STREAM = "text/event-stream";
  private static final String BROWSER =
      "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open) {
      closeable.close();
    }
  }

  @Test
  void aBrowserGetsThePageWhereToolsGetJson() {
    Web web = web(run());
    HttpResponse<String> page = web.get("/actuator/foreguard", BROWSER);
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).startsWith("<!doctype html>");
    assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
    assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(page.headers().firstValue("Content-Security-Policy"))
        .hasValueSatisfying(
            policy ->
                assertThat(policy)
                    .startsWith("default-src 'none'; script-src 'sha256-")
                    .contains("frame-ancestors 'none'")
                    .doesNotContain("unsafe"));

    for (String accept : List.of("*/*", "application/json", "application/json, text/html;q=0.5")) {
      assertThat(web.get("/actuator/foreguard", accept).body()).as(accept).startsWith("{\"guards");
    }
    assertThat(web.json("/actuator/foreguard")).containsKey("guards");
    assertThat(web.get("/actuator/foreguard/points", "application/json").statusCode())
        .isEqualTo(200);
    assertThat(web.get("/foreguard", BROWSER))
        .returns(302, HttpResponse::statusCode)
        .satisfies(
            there ->
                assertThat(there.headers().firstValue("Location")).hasValue("/actuator/foreguard"));
  }

  @Test
  void theStreamTellsOfATransition() throws Exception {
    ConfigurableApplicationContext application = run();
    BufferedReader stream = stream(web(application));
    assertThat(next(stream, "full"))
        .contains("\"points\":{\"state\":\"CLOSED\"", "\"writable\":false", "\"events\":[]");

    application.getBean(ForeguardRegistry.class).circuitBreaker("points").transitionToOpen();
    String change = next(stream, "change");
    while (!change.contains("transition")) {
      change = next(stream, "change");
    }
    assertThat(change)
        .contains("\"points\":{\"state\":\"OPEN\"", "\"to\":\"OPEN\"", "OPEN by policy predictive");
  }

  @Test
  void openPagesHoldNoThreadsAndTooManyAreTurnedAway() throws Exception {
    ConfigurableApplicationContext application =
        run("--server.tomcat.threads.max=2", "--management.endpoint.foreguard.view.max-clients=3");
    Web web = web(application);
    for (int i = 0; i < 3; i++) {
      next(stream(web), "full");
    }
    assertThat(web.json("/actuator/foreguard")).containsKey("guards");
    HttpResponse<String> refused = web.get("/actuator/foreguard", STREAM);
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("10");

    LiveFeed feed = application.getBean(LiveFeed.class);
    assertThat(feed.clients()).isEqualTo(3);
    application.close();
    assertThat(feed.clients()).isZero();
  }

  @Test
  void itIsOnThePortOfTheActuatorAlone() throws Exception {
    ConfigurableApplicationContext application =
        run("--management.server.port=0", "--management.server.base-path=/manage");
    Web there =
        new Web(
            application.getEnvironment().getRequiredProperty("local.management.port", int.class));
    assertThat(web(application).get("/foreguard", BROWSER).statusCode()).isEqualTo(404);
    assertThat(web(application).get("/actuator/foreguard", BROWSER).statusCode()).isEqualTo(404);
    assertThat(there.get("/manage/actuator/foreguard", BROWSER).statusCode()).isEqualTo(200);
    assertThat(there.get("/manage/foreguard", BROWSER).headers().firstValue("Location"))
        .hasValue("/manage/actuator/foreguard");
    HttpResponse<InputStream> stream =
        there.send(
            there.to("/manage/actuator/foreguard").header("Accept", STREAM),
            BodyHandlers.ofInputStream());
    open.add(0, stream.body());
    assertThat(next(reader(stream), "full")).contains("\"points\"");
  }

  @Test
  void thereIsNoneWhereTheEndpointIsNotExposedOrNobodyMayAsk() {
    for (String without :
        List.of(
            "--management.endpoints.web.exposure.include=health",
            "--management.endpoint.foreguard.access=none",
            "--foreguard.enabled=false",
            "--management.endpoint.foreguard.view.enabled=false")) {
      ConfigurableApplicationContext application = run(without);
      assertThat(web(application).get("/foreguard", BROWSER).statusCode())
          .as(without)
          .isEqualTo(404);
      assertThat(application.getBeanProvider(LiveFeed.class).getIfAvailable()).isNull();
      application.close();
    }
  }

  private ConfigurableApplicationContext run(String... arguments) {
    ConfigurableApplicationContext application =
        new SpringApplicationBuilder(Application.class)
            .properties(
                "server.port=0",
                "foreguard.guards.points.timeout=2s",
                "management.endpoints.web.exposure.include=foreguard",
                "management.endpoint.foreguard.view.enabled=true")
            .run(arguments);
    open.add(application);
    return application;
  }

  private static Web web(ConfigurableApplicationContext application) {
    return new Web(
        application.getEnvironment().getRequiredProperty("local.server.port", int.class));
  }

  private BufferedReader stream(Web web) {
    HttpResponse<InputStream> response =
        web.send(
            web.to("/actuator/foreguard")
                .version(HttpClient.Version.HTTP_1_1)
                .header("Accept", STREAM),
            BodyHandlers.ofInputStream());
    open.add(0, response.body());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type"))
        .hasValue("text/event-stream;charset=UTF-8");
    return reader(response);
  }

  private static BufferedReader reader(HttpResponse<InputStream> response) {
    return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  private static String next(BufferedReader stream, String event) throws Exception {
    assertThat(stream.readLine()).isEqualTo("event: " + event);
    String data = stream.readLine();
    assertThat(data).startsWith("data: {");
    assertThat(stream.readLine()).isEmpty();
    return data;
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {}
}
