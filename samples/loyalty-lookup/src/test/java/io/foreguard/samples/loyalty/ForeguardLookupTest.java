package io.foreguard.samples.loyalty;

import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;

/** The default protection. */
class ForeguardLookupTest extends ProtectedLookupTestBase {
  @Test
  void showsTheEstimateThatItDecidesBy() {
    GuardState state = state();

    assertThat(state.probability()).isBetween(state.lower(), state.upper());
    assertThat(state.probability()).isGreaterThan(state.threshold());
    assertThat(state.state()).isEqualTo("CLOSED");
  }

  @Test
  void aCustomerThatTheEngineNoLongerKnowsIsNotAnsweredFromMemory() {
    engineAnswers(status(404)); // of the customer of whom it has answered 30 times

    profile("C0001").expectStatus().isNotFound();
  }

  @Test
  void showsItsGuardToPeopleAndMachines() {
    assertThat(text("/actuator/foreguard", MediaType.APPLICATION_JSON)).contains("points-engine");
    assertThat(text("/actuator/foreguard", MediaType.TEXT_HTML)).contains("<html");
    assertThat(text("/actuator/health", MediaType.APPLICATION_JSON)).contains("points-engine");
  }

  @Test
  void givesPrometheusHistogramsWithTheTracesOfTheirCalls() {
    assertThat(
            text("/actuator/prometheus", MediaType.valueOf("application/openmetrics-text")).lines())
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("foreguard_circuit_breaker_calls_seconds_bucket")
                    .contains("name=\"points-engine\"", "outcome=\"success\"", "trace_id="))
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("foreguard_fallback_served_answers_total")
                    .contains("name=\"points-engine\"", "source=\"stale\""));
  }

  private String text(String path, MediaType type) {
    return client
        .get()
        .uri(path)
        .accept(type)
        .exchange()
        .expectStatus()
        .isOk()
        .expectBody(String.class)
        .returnResult()
        .getResponseBody();
  }

  @Override
  String protection() {
    return "foreguard";
  }
}
