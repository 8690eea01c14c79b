package io.foreguard.resilience4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.Metrics;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Resilience4j's breaker and ours, with the same settings, told the same. */
final class Pair {
  final CircuitBreaker peer;
  final CircuitBreaker ours;
  private final List<String> peerHeard = new ArrayList<>();
  private final List<String> ourHeard = new ArrayList<>();

  Pair(CircuitBreakerConfig config, AdapterConfig adapter) {
    peer = CircuitBreaker.of("pair", config);
    ours = AdaptiveCircuitBreaker.of("pair", config, adapter);
    listen(peer, peerHeard);
    listen(ours, ourHeard);
  }

  /** What one says and what the other says to the same, which must be the same. */
  String both(Function<CircuitBreaker, Object> question) {
    String expected = answer(peer, question);
    assertThat(answer(ours, question)).isEqualTo(expected);
    return expected;
  }

  String bothDo(Consumer<CircuitBreaker> order) {
    return both(
        breaker -> {
          order.accept(breaker);
          return "done";
        });
  }

  boolean isSame() {
    return ourHeard.equals(peerHeard) && describe(ours).equals(describe(peer));
  }

  void assertSame() {
    assertThat(describe(ours)).isEqualTo(describe(peer));
    assertThat(ourHeard).isEqualTo(peerHeard);
    peerHeard.clear();
    ourHeard.clear();
  }

  State state() {
    return peer.getState();
  }

  private static String answer(CircuitBreaker breaker, Function<CircuitBreaker, Object> question) {
    try {
      return String.valueOf(question.apply(breaker));
    } catch (CallNotPermittedException e) {
      boolean traced = e.getStackTrace().length > 0;
      return e + " by " + e.getCausingCircuitBreakerName() + (traced ? " with trace" : "");
    } catch (RuntimeException e) {
      return e.toString();
    }
  }

  private static void listen(CircuitBreaker breaker, List<String> heard) {
    breaker.getEventPublisher().onEvent(event -> heard.add(describe(event)));
    breaker
        .getEventPublisher()
        .onSuccess(event -> heard.add("success " + event.getElapsedDuration()))
        .onError(event -> heard.add("error " + event.getThrowable()))
        .onIgnoredError(event -> heard.add("ignored " + event.getThrowable()))
        .onStateTransition(event -> heard.add("moved " + event.getStateTransition()))
        .onReset(event -> heard.add("reset"))
        .onCallNotPermitted(event -> heard.add("refused"))
        .onFailureRateExceeded(event -> heard.add("failures " + event.getFailureRate()))
        .onSlowCallRateExceeded(event -> heard.add("slowness " + event.getSlowCallRate()));
  }

  /** All but the time of the event. */
  private static String describe(CircuitBreakerEvent event) {
    String text = event.toString();
    return event.getEventType() + text.substring(text.indexOf(": CircuitBreaker"));
  }

  private static String describe(CircuitBreaker breaker) {
    Metrics numbers = breaker.getMetrics();
    return breaker.getState()
        + " failing "
        + numbers.getFailureRate()
        + " slow "
        + numbers.getSlowCallRate()
        + " buffered "
        + numbers.getNumberOfBufferedCalls()
        + " failed "
        + numbers.getNumberOfFailedCalls()
        + " succeeded "
        + numbers.getNumberOfSuccessfulCalls()
        + " slow "
        + numbers.getNumberOfSlowCalls()
        + " = "
        + numbers.getNumberOfSlowSuccessfulCalls()
        + " + "
        + numbers.getNumberOfSlowFailedCalls()
        + " refused "
        + numbers.getNumberOfNotPermittedCalls();
  }
}
