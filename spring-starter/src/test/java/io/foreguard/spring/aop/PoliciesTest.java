package io.foreguard.spring.aop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foreguard.bulkhead.BulkheadFullException;
import io.foreguard.circuitbreaker.CircuitOpenException;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.ForeguardAutoConfiguration;
import io.foreguard.spring.Guarded;
import io.foreguard.spring.annotation.Bulkhead;
import io.foreguard.spring.annotation.CircuitBreaker;
import io.foreguard.spring.annotation.LastKnownGood;
import io.foreguard.spring.annotation.Retry;
import io.foreguard.spring.annotation.Timeout;
import io.foreguard.time.Clock;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.resilience.annotation.ConcurrencyLimit;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import reactor.core.publisher.Mono;

@ExtendWith(OutputCaptureExtension.class)
class PoliciesTest {
  private final Script script = new Script();
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  ForeguardAutoConfiguration.class, ForeguardAnnotationAutoConfiguration.class))
          .withBean(Clock.class, ManualClock::new)
          .withPropertyValues(
              "foreguard.guards.timed.timeout=1s",
              "foreguard.guards.kept.fallback.last-known-good.maximum-age=1m",
              "foreguard.guards.narrow.bulkhead.max-concurrent-calls=1",
              "foreguard.guards.tried.retry.base-delay=0ms",
              "foreguard.guards.tried.retry.max-attempts=4",
              "name.of.breaker=by-property");

  @Test
  void aCircuitBreakerAloneRefusesAndItsFallbackMethodAnswers() {
    run(
        (single, registry) -> {
          assertThat(single.broken("a")).isEqualTo("fresh a");
          var breaker = registry.circuitBreakers().find("broken").orElseThrow();
          assertThat(breaker.metrics().successes()).isEqualTo(1);
          breaker.transitionToOpen();
          assertThat(single.broken("a")).isEqualTo("instead a");
          assertThat(registry.retries().find("broken")).isEmpty();
        });
  }

  @Test
  void aRetryAloneTriesAgainAndRefusesNothing() {
    run(
        (single, registry) -> {
          script.failures = 3;
          assertThat(single.tried("a")).isEqualTo("fresh a");
          assertThat(script.calls).isEqualTo(4);
          assertThat(registry.retries().find("tried").orElseThrow().metrics().retries())
              .isEqualTo(3);
        });
  }

  @Test
  void partsOfOtherNamesStandBesideEachOtherInTheGuardsOrder() {
    run(
        (single, registry) -> {
          script.failures = 1;
          assertThat(single.both("a")).isEqualTo("fresh a");
          var breaker = registry.circuitBreakers().find("by-property").orElseThrow();
          assertThat(breaker.metrics().failures()).isEqualTo(1);
          assertThat(breaker.metrics().successes()).isEqualTo(1);
        });
  }

  @Test
  void aBulkheadAloneLetsOneCallInAtATime() {
    run(
        (single, registry) -> {
          script.inside = () -> single.narrow();
          assertThatExceptionOfType(BulkheadFullException.class).isThrownBy(single::narrow);
          script.inside = () -> "in";
          assertThat(single.narrow()).isEqualTo("in");
        });
  }

  @Test
  void aTimeoutAloneEndsACallThatTakesTooLong() {
    run(
        (single, registry) -> {
          CompletableFuture<String> call = single.timed();
          assertThat(registry.timeouts().find("timed").orElseThrow().limit()).hasSeconds(1);
          script.pending.complete("in time");
          assertThat(call).isCompletedWithValue("in time");
        });
  }

  @Test
  void lastKnownGoodAloneAnswersForTheSameKey() {
    run(
        (single, registry) -> {
          assertThat(single.kept("a", 1)).isEqualTo("fresh a");
          script.failures = 9;
          assertThat(single.kept("a", 2)).isEqualTo("fresh a");
          assertThatThrownBy(() -> single.kept("b", 1)).isInstanceOf(IOException.class);
        });
  }

  @Test
  void aKeyThatCannotBeToldFailsNoCall(CapturedOutput output) {
    run(
        (single, registry) -> {
          assertThat(single.badKey(null)).isEqualTo("fresh null");
          assertThat(single.badKey(null)).isEqualTo("fresh null");
          assertThat(output)
              .containsOnlyOnce("The key of")
              .contains("$Single.badKey(String) cannot be told");
        });
  }

  @Test
  void theMethodsAnnotationsWinOverTheTypes() {
    runner
        .withBean(Typed.class)
        .run(
            context -> {
              ForeguardRegistry registry = context.getBean(ForeguardRegistry.class);
              registry.circuitBreakers().find("whole").orElseThrow().transitionToOpen();
              Typed typed = context.getBean(Typed.class);
              assertThatExceptionOfType(CircuitOpenException.class).isThrownBy(typed::plain);
              assertThat(typed.own()).isEqualTo("own");
            });
  }

  @Test
  void aMonoIsTriedAgain() {
    run(
        (single, registry) -> {
          script.failures = 2;
          assertThat(single.mono("a").block()).isEqualTo("fresh a");
          assertThat(script.calls).isEqualTo(3);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Both      | it has both @Guarded and @CircuitBreaker and @Retry | set what the others should do under foreguard.guards.points,
          Disagree  | its annotations disagree about fallbackMethod: two, one | in one of them alone
          Nameless  | its @Bulkhead has no name                    | @Bulkhead("loyalty")
          Unset     | the placeholder in the name "${nobody.sets}" | Set that property, or give it a default
          """)
  void annotationsThatCannotWorkFailTheStartWithWhatToWrite(
      String type, String problem, String remedy) throws Exception {
    runner
        .withUserConfiguration(Class.forName(getClass().getName() + "$" + type))
        .run(
            context -> {
              FailureAnalysis analysis =
                  new InvalidGuardedMethodFailureAnalyzer().analyze(context.getStartupFailure());
              assertThat(analysis).isNotNull();
              assertThat(analysis.getDescription()).contains(problem);
              assertThat(analysis.getAction()).contains(remedy);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "NoTime,foreguard.guards.nowhere.timeout must be set where @Timeout asks for it",
    "NoAge,foreguard.guards.nowhere.fallback.last-known-good.maximum-age must be set",
  })
  void aPartWithoutItsSettingFailsTheStart(String type, String rule) throws Exception {
    runner
        .withUserConfiguration(Class.forName(getClass().getName() + "$" + type))
        .run(context -> assertThat(context).getFailure().hasStackTraceContaining(rule));
  }

  @Test
  void annotationsOfOthersThatDoTheSameAreWarnedOf(CapturedOutput output) {
    runner
        .withPropertyValues("foreguard.guards.points.bulkhead.max-concurrent-calls=3")
        .withUserConfiguration(Limited.class)
        .run(
            context ->
                assertThat(output)
                    .contains("$Limited.call() has a @ConcurrencyLimit outside of guard 'points'"));
  }

  @Test
  void springsRetryStopsAtTheGuardsWord(CapturedOutput output) {
    runner
        .withUserConfiguration(Retried.class, Resilient.class)
        .run(
            context -> {
              Retried retried = context.getBean(Retried.class);
              assertThatThrownBy(retried::call).isInstanceOf(IOException.class);
              assertThat(retried.calls()).isEqualTo(4);
              context
                  .getBean(ForeguardRegistry.class)
                  .circuitBreakers()
                  .find("points")
                  .orElseThrow()
                  .transitionToOpen();
              assertThatExceptionOfType(CircuitOpenException.class).isThrownBy(retried::call);
              assertThat(
                      context
                          .getBean(ForeguardRegistry.class)
                          .guard("points")
                          .circuitBreaker()
                          .metrics()
                          .rejected())
                  .as("refused once, and not tried again")
                  .isEqualTo(1);
              assertThat(output).doesNotContain("is @Retryable outside");
            });
  }

  private void run(Check check) {
    runner
        .withBean(Script.class, () -> script)
        .withBean(Single.class)
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              check.check(context.getBean(Single.class), context.getBean(ForeguardRegistry.class));
            });
  }

  private interface Check {
    void check(Single single, ForeguardRegistry registry) throws Exception;
  }

  /** What the service does when it is called. */
  static class Script {
    int failures;
    int calls;
    Inside inside = () -> "in";
    CompletableFuture<String> pending = new CompletableFuture<>();
  }

  interface Inside {
    String run() throws Exception;
  }

  @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // fallback methods are found by name
  static class Single {
    private final Script script;

    Single(Script script) {
      this.script = script;
    }

    private String answer(String id) throws IOException {
      script.calls++;
      if (script.failures-- > 0) {
        throw new IOException("told to");
      }
      return "fresh " + id;
    }

    @CircuitBreaker(name = "broken", fallbackMethod = "instead")
    public String broken(String id) throws IOException {
      return answer(id);
    }

    private String instead(String id, CircuitOpenException refusal) {
      return "instead " + id;
    }

    @Retry("tried")
    public String tried(String id) throws IOException {
      return answer(id);
    }

    @Retry("tried")
    @CircuitBreaker("${name.of.breaker}")
    public String both(String id) throws IOException {
      return answer(id);
    }

    @Retry("tried")
    public Mono<String> mono(String id) {
      return Mono.fromCallable(() -> answer(id));
    }

    @Bulkhead("narrow")
    public String narrow() throws Exception {
      return script.inside.run();
    }

    @Timeout("timed")
    public CompletableFuture<String> timed() {
      return script.pending;
    }

    @LastKnownGood(name = "kept", key = "#id")
    public String kept(String id, int number) throws IOException {
      return answer(id);
    }

    @LastKnownGood(name = "kept", key = "#id.length()")
    public String badKey(String id) throws IOException {
      return answer(id);
    }
  }

  @CircuitBreaker("whole")
  static class Typed {
    public String plain() {
      return "plain";
    }

    @Retry("own")
    public String own() {
      return "own";
    }
  }

  static class Both {
    @Guarded("points")
    @Retry("points")
    @CircuitBreaker("points")
    public void call() {}
  }

  static class Disagree {
    @Retry(name = "points", fallbackMethod = "one")
    @CircuitBreaker(name = "points", fallbackMethod = "two")
    public void call() {}
  }

  static class Nameless {
    @Bulkhead
    public void call() {}
  }

  static class Unset {
    @Retry("${nobody.sets}")
    public void call() {}
  }

  static class NoTime {
    @Timeout("nowhere")
    public void call() {}
  }

  static class NoAge {
    @LastKnownGood("nowhere")
    public String call() {
      return "";
    }
  }

  static class Limited {
    @ConcurrencyLimit(2)
    @Guarded("points")
    public void call() {}
  }

  static class Retried {
    private int calls;

    @Retryable(predicate = GuardRetryPredicate.class, maxRetries = 3, delay = 0)
    @Guarded("points")
    public void call() throws IOException {
      calls++;
      throw new IOException("told to");
    }

    public int calls() {
      return calls;
    }
  }

  @EnableResilientMethods
  static class Resilient {}
}
