package io.foreguard.samples.routing;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;

/** What holds under every protection, over real HTTP against a scripted loyalty-lookup. */
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = "sample.timeout=4s")
@DirtiesContext
abstract class CallRoutingTestBase {
  static final ResponseDefinitionBuilder GOLD =
      okJson(
          """
          {"customerId":"C0001","name":"Ada Berg","tier":"GOLD","points":1234,
           "source":"fresh","ageSeconds":0.0,"decision":"sent"}
          """);

  /** Started before any context, which asks for its address; shared by all test classes. */
  static final WireMockServer LOYALTY = new WireMockServer(wireMockConfig().dynamicPort());

  static {
    LOYALTY.start();
  }

  @LocalServerPort private int port;
  private RestTestClient client;

  @DynamicPropertySource
  static void loyaltyLookup(DynamicPropertyRegistry registry) {
    registry.add("sample.loyalty-url", LOYALTY::baseUrl);
  }

  @BeforeEach
  void connect() {
    LOYALTY.resetAll();
    client = RestTestClient.bindToServer().baseUrl("http://127.0.0.1:" + port).build();
  }

  @Test
  void routesByTheTierOfTheCaller() {
    loyaltyAnswers(GOLD);

    assertThat(route("C0001"))
        .isEqualTo(
            new Route(
                "c1",
                "gold",
                2,
                Tier.GOLD,
                Source.FRESH,
                0,
                "Welcome back, Ada Berg. You are in our gold queue.",
                Decision.SENT,
                Decision.SENT));
    LOYALTY.verify(
        getRequestedFor(urlEqualTo("/customers/C0001/profile"))
            .withHeader("X-Request-Id", equalTo("c1")));
  }

  @Test
  void passesOnThatLoyaltyLookupServedStalePointsBecauseItsGuardRefused() {
    loyaltyAnswers(
        okJson(
            """
            {"name":"Ada Berg","tier":"GOLD","points":1234,
             "source":"stale","ageSeconds":7.5,"decision":"rejected"}
            """));

    Route route = route("C0001");

    assertThat(route.queue()).isEqualTo("gold");
    assertThat(route.source()).isEqualTo(Source.STALE);
    assertThat(route.ageSeconds()).isEqualTo(7.5);
    assertThat(route.decision()).isEqualTo(Decision.REJECTED);
    assertThat(route.pointsDecision()).isEqualTo(Decision.REJECTED);
  }

  @Test
  void routesACallerNeverSeenToTheGeneralQueueWhenLoyaltyLookupFails() {
    loyaltyAnswers(
        status(503)
            .withHeader("Content-Type", "application/problem+json")
            .withBody("{\"status\":503,\"decision\":\"rejected\"}"));

    Route route = route("C0500");

    assertThat(route.queue()).isEqualTo("general");
    assertThat(route.source()).isEqualTo(Source.DEFAULT);
    assertThat(route.message()).startsWith("Thank you for calling");
    assertThat(route.pointsDecision()).isEqualTo(Decision.REJECTED);
    assertThat(route.decision()).isEqualTo(Decision.REJECTED);
  }

  @Test
  void anUnknownCustomerIsNotFoundAndNoSignOfIllHealth() {
    loyaltyAnswers(status(404));
    for (int i = 0; i < 30; i++) {
      call("{\"callId\":\"c1\",\"customerId\":\"nobody\",\"reason\":\"bill\"}")
          .expectStatus()
          .isNotFound()
          .expectHeader()
          .contentType(MediaType.APPLICATION_PROBLEM_JSON)
          .expectBody()
          .jsonPath("$.detail")
          .isEqualTo("No customer has the id nobody");
    }
    loyaltyAnswers(GOLD);

    assertThat(route("C0001").decision()).isEqualTo(Decision.SENT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "{\"callId\":\" \",\"customerId\":\"C0001\"} | callId must be 1 to 100 letters",
        "{\"callId\":\"c1\"} | customerId must be 1 to 100 letters",
        "{} | callId must be 1 to 100 letters",
        "no json | The body must be a JSON object",
      })
  void refusesACallThatIsDescribedBadly(String body, String reason) {
    call(body)
        .expectStatus()
        .isBadRequest()
        .expectHeader()
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .expectBody()
        .jsonPath("$.detail")
        .value(detail -> assertThat(detail).asString().startsWith(reason));
  }

  @Test
  void showsItsHealthMetricsAndProtection() {
    client.get().uri("/actuator/health").exchange().expectStatus().isOk();
    client.get().uri("/actuator/metrics/jvm.memory.used").exchange().expectStatus().isOk();
    loyaltyAnswers(GOLD);
    GuardState before = state();

    assertThat(route("C0001").queue()).isEqualTo("gold");

    assertThat(state().admitted()).isEqualTo(before.admitted() + 1);
    assertThat(state().rejected()).isEqualTo(before.rejected());
    assertThat(state().protection()).isEqualTo(protection());
    assertThat(state().share()).isEqualTo(1);
  }

  abstract String protection();

  final Route route(String customerId) {
    Route route =
        call("{\"callId\":\"c1\",\"customerId\":\"" + customerId + "\",\"reason\":\"bill\"}")
            .expectStatus()
            .isOk()
            .expectBody(Route.class)
            .returnResult()
            .getResponseBody();
    assertThat(route).isNotNull();
    return route;
  }

  final GuardState state() {
    GuardState state =
        client
            .get()
            .uri("/sample/state")
            .exchange()
            .expectBody(GuardState.class)
            .returnResult()
            .getResponseBody();
    assertThat(state).isNotNull();
    return state;
  }

  final RestTestClient.ResponseSpec call(String json) {
    return client
        .post()
        .uri("/calls")
        .contentType(MediaType.APPLICATION_JSON)
        .body(json)
        .exchange();
  }

  static void loyaltyAnswers(ResponseDefinitionBuilder response) {
    LOYALTY.stubFor(get(urlMatching("/customers/.*")).willReturn(response));
  }
}
