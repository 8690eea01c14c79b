package io.foreguard.spring.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.circuitbreaker.PredictivePolicy;
import io.foreguard.circuitbreaker.State;
import io.foreguard.estimation.StatisticalModel;
import io.foreguard.predictive.trust.ShadowComparison;
import io.foreguard.predictive.trust.TrustConfig;
import io.foreguard.predictive.trust.TrustedModel;
import io.foreguard.registry.ForeguardRegistry;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.annotation.DirtiesContext;

/** The endpoint over HTTP, as an operator's tools use it. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "foreguard.guards.points.retry.max-attempts=2",
      "foreguard.guards.points.bulkhead.max-concurrent-calls=7",
      "foreguard.guards.points.timeout=2s",
      "management.endpoint.foreguard.access=unrestricted",
      "management.endpoint.foreguard.events=5",
      "management.endpoints.web.exposure.include=foreguard"
    })
@DirtiesContext
class EndpointTest {
  @Autowired private ForeguardRegistry registry;
  @LocalServerPort private int port;

  private Web web;
  private CircuitBreaker points;

  @BeforeEach
  void closed() {
    web = new Web(port);
    points = registry.circuitBreaker("points");
    points.mode(Mode.ENFORCE);
    points.transitionToClosed();
  }

  @Test
  void listsGuardsWithTheirPartsAndCircuitBreakersOfTheirOwn() {
    CircuitBreaker unused = registry.circuitBreaker("alone");
    Map<String, Object> guards = Web.at(web.json("/actuator/foreguard"), "guards");
    assertThat(guards).containsKeys("alone", "points");

    Map<String, Object> guard = Web.at(guards, "points");
    assertThat(guard).containsEntry("state", "CLOSED").containsEntry("mode", "ENFORCE");
    assertThat(Web.at(guard, "bulkhead")).containsEntry("limit", 7).containsEntry("inFlight", 0);
    assertThat(Web.at(guard, "retry")).containsEntry("budgetUsed", 0.0);
    assertThat(Web.at(guard, "timeout")).containsEntry("seconds", 2.0);
    assertThat(Web.at(guard, "model")).containsEntry("decides", "statistical");
    assertThat(Web.at(guard, "latency")).as("before the first call").isEmpty();
    assertThat(Web.at(guards, "alone")).doesNotContainKeys("bulkhead", "retry");
  }

  @Test
  void explainsWhatItKnowsWithoutNumbersThatJsonLacks() {
    points.transitionToOpen();
    Map<String, Object> why = web.json("/actuator/foreguard/points/explain");
    assertThat((String) why.get("explanation")).startsWith("OPEN by policy predictive");
    assertThat(why).containsKeys("reasons", "baseLogOdds", "threshold");
    for (String path : List.of("", "/points", "/points/explain", "/points/events")) {
      assertThat(web.get("/actuator/foreguard" + path).body()).doesNotContain("NaN", "Infinity");
    }
  }

  @Test
  @SuppressWarnings("unchecked") // the structure of the JSON
  void keepsTheLastEventsAndSamplesRejections() throws Exception {
    points.mode(Mode.FORCED_OPEN);
    for (int i = 0; i < 30; i++) {
      assertThat(points.tryAcquire()).isEmpty();
    }
    points.mode(Mode.ENFORCE);
    points.transitionToOpen();

    Map<String, Object> answer = web.json("/actuator/foreguard/points/events");
    List<Map<String, Object>> events = (List<Map<String, Object>>) answer.get("events");
    assertThat(events).filteredOn(e -> !"rejection".equals(e.get("kind"))).hasSizeBetween(3, 5);
    assertThat(events.get(0))
        .containsEntry("kind", "transition")
        .containsEntry("from", "CLOSED")
        .containsEntry("to", "OPEN");
    assertThat((String) events.get(0).get("explanation")).contains("P(success)");
    assertThat(events.get(1)).containsEntry("kind", "mode").containsEntry("to", "ENFORCE");
    assertThat(events).filteredOn(e -> "rejection".equals(e.get("kind"))).hasSizeBetween(0, 5);

    assertThat(web.json("/actuator/foreguard/points/events?limit=1").get("events"))
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .hasSize(1);
    assertThat(web.get("/actuator/foreguard/points/events?limit=none"))
        .returns(400, HttpResponse::statusCode)
        .satisfies(bad -> assertThat(bad.body()).contains("limit must be a number"));
  }

  @Test
  void tellsOfTheModelsTrustAndOfWhatAChallengerWouldHaveDone() {
    TrustedModel trusted =
        TrustedModel.of("t", StatisticalModel.instance(), TrustConfig.defaults());
    registry.circuitBreaker("t", CircuitBreakerConfig.builder().model(trusted).build());
    ShadowComparison comparison =
        ShadowComparison.of(
            StatisticalModel.instance(),
            StatisticalModel.instance(),
            PredictivePolicy.builder().build());
    registry.circuitBreaker("c", CircuitBreakerConfig.builder().model(comparison).build());

    Map<String, Object> model = web.json("/actuator/foreguard/t/model");
    assertThat((String) model.get("distrust")).contains("not yet proved better");
    assertThat(Web.at(model, "trust"))
        .containsEntry("state", "SHADOW")
        .containsKeys("calibrationError", "judgedCalls", "drift");
    Map<String, Object> shadow = web.json("/actuator/foreguard/c/shadow");
    assertThat(shadow).containsEntry("wouldHaveRejected", 0).containsKey("classicWouldReject");
    assertThat(Web.at(shadow, "comparison")).containsEntry("champion", "statistical 1");
  }

  @Test
  void anOperatorSetsTheModeAndResets() {
    HttpResponse<String> shadow = web.post("/actuator/foreguard/points", "{\"mode\":\"shadow\"}");
    assertThat(shadow.statusCode()).isEqualTo(200);
    assertThat(shadow.body()).contains("\"mode\":\"SHADOW\"");
    assertThat(points.mode()).isEqualTo(Mode.SHADOW);
    assertThat(web.post("/actuator/foreguard/points", "{\"mode\":\"FORCED-OPEN\"}").statusCode())
        .isEqualTo(200);
    assertThat(points.mode()).isEqualTo(Mode.FORCED_OPEN);

    points.transitionToOpen();
    assertThat(web.post("/actuator/foreguard/points", "{\"reset\":true}").statusCode())
        .isEqualTo(200);
    assertThat(points.state()).isEqualTo(State.CLOSED);
  }

  @Test
  void aBadOrderIsRefusedWithWhatToWriteInstead() {
    for (String order :
        List.of(
            "{}",
            "{\"mode\":\"OPEN\"}",
            "{\"mode\":\"SHADOW\",\"reset\":true}",
            "{\"reset\":false}",
            "{\"reset\":\"banana\"}")) {
      assertThat(web.post("/actuator/foreguard/points", order))
          .as(order)
          .returns(400, HttpResponse::statusCode)
          .satisfies(
              answer ->
                  assertThat(answer.body())
                      .contains("with one of ENFORCE, SHADOW, DISABLED, FORCED_OPEN"));
    }
    assertThat(points.mode()).isEqualTo(Mode.ENFORCE);
    assertThat(web.post("/actuator/foreguard/points", "no json").statusCode()).isEqualTo(400);
    assertThat(web.post("/actuator/foreguard/none", "{\"reset\":true}").statusCode())
        .isEqualTo(404);
    assertThat(web.get("/actuator/foreguard/points/other"))
        .returns(404, HttpResponse::statusCode)
        .satisfies(
            answer -> assertThat(answer.body()).contains("events, explain, model or shadow"));
    assertThat(web.get("/actuator/foreguard/none/events").statusCode()).isEqualTo(404);
  }

  @Test
  void thereIsNoLiveViewUnlessItIsAskedFor() {
    assertThat(web.get("/foreguard").statusCode()).isEqualTo(404);
    assertThat(web.get("/actuator/foreguard", "text/html").statusCode()).isEqualTo(406);
    assertThat(web.get("/actuator/foreguard", "text/event-stream").statusCode()).isEqualTo(406);
  }

  @Test
  void nobodyWritesByDefault() {
    try (ConfigurableApplicationContext reading =
        new SpringApplicationBuilder(Application.class)
            .run(
                "--server.port=0",
                "--foreguard.guards.points.timeout=2s",
                "--management.endpoints.web.exposure.include=foreguard")) {
      Web reader =
          new Web(reading.getEnvironment().getRequiredProperty("local.server.port", int.class));
      assertThat(reader.get("/actuator/foreguard/points").statusCode()).isEqualTo(200);
      assertThat(reader.post("/actuator/foreguard/points", "{\"mode\":\"DISABLED\"}").statusCode())
          .isEqualTo(405);
      assertThat(reading.getBean(ForeguardRegistry.class).circuitBreaker("points").mode())
          .isEqualTo(Mode.ENFORCE);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {}
}
