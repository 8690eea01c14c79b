package io.foreguard.spring.aop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foreguard.bulkhead.BulkheadPermit;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitOpenException;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.evidence.Outcome;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.ForeguardAutoConfiguration;
import io.foreguard.time.Clock;
import io.foreguard.time.ManualClock;
import io.foreguard.timeout.TimeoutExceededException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.Advised;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

class GuardedTest {
  private final ManualClock clock = new ManualClock();
  private final Backend backend = new Backend();
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  ForeguardAutoConfiguration.class, ForeguardAnnotationAutoConfiguration.class))
          .withBean(Clock.class, () -> clock)
          .withBean(Points.class, backend)
          .withBean(WholeType.class)
          .withPropertyValues(
              "foreguard.guards.kept.fallback.last-known-good.maximum-age=10m",
              "foreguard.guards.retried.retry.base-delay=0ms",
              "foreguard.guards.late.timeout=1s");

  @Test
  void aCallGoesThroughItsGuard() {
    withPoints(
        points -> {
          assertThat(points.plain("a")).isEqualTo("fresh a");
          assertThat(breaker("plain").metrics().successes()).isOne();
        });
  }

  @Test
  void aRefusalReachesTheCallerWhereThereIsNoFallback() {
    withPoints(
        points -> {
          breaker("plain").mode(Mode.FORCED_OPEN);
          assertThatExceptionOfType(CircuitOpenException.class)
              .isThrownBy(() -> points.plain("a"))
              .satisfies(e -> assertThat(e.source()).isEqualTo("plain"));
          assertThat(backend.calls).isZero();
        });
  }

  @Test
  void theFallbackWithTheMostSpecificExceptionAnswers() {
    withPoints(
        points -> {
          backend.failure = new FileNotFoundException();
          assertThat(points.answered("a", 1)).isEqualTo("file a 1");
          backend.failure = new IOException();
          assertThat(points.answered("a", 2)).isEqualTo("io a 2");
          backend.failure = new IllegalStateException();
          assertThat(points.answered("a", 3)).isEqualTo("any a 3");
          breaker("answered").mode(Mode.FORCED_OPEN);
          assertThat(points.answered("a", 4)).isEqualTo("open a 4");
        });
  }

  @Test
  void aFailureThatNoFallbackAcceptsReachesTheCallerUnchanged() {
    withPoints(
        points -> {
          backend.failure = new FileNotFoundException();
          assertThatThrownBy(() -> points.onlyRefusals("a")).isSameAs(backend.failure);
          breaker("only-refusals").mode(Mode.FORCED_OPEN);
          assertThat(points.onlyRefusals("a")).isEqualTo("refused");
        });
  }

  @Test
  void anErrorIsNeverAnswered() {
    withPoints(
        points -> {
          backend.failure = new AssertionError("bug");
          assertThatThrownBy(() -> points.answered("a", 1)).isSameAs(backend.failure);
          assertThat(breaker("answered").metrics().failures()).isOne();
        });
  }

  @Test
  void whatAFallbackThrowsCarriesTheFailureThatItWasToAnswer() {
    withPoints(
        points -> {
          backend.failure = new IOException("first");
          assertThatExceptionOfType(UncheckedIOException.class)
              .isThrownBy(() -> points.brokenFallback("a"))
              .satisfies(e -> assertThat(e.getSuppressed()).containsExactly(backend.failure));
        });
  }

  @Test
  void theLastGoodAnswerIsGivenToTheSameMethodAndKeyAlone() {
    withPoints(
        points -> {
          assertThat(points.kept(new Points.Customer("a", "x"))).isEqualTo("fresh a");
          assertThat(points.keptToo("b")).isEqualTo("other b");
          backend.failure = new IOException();
          clock.advance(Duration.ofMinutes(10));
          assertThat(points.kept(new Points.Customer("a", "y"))).isEqualTo("fresh a");
          assertThat(points.keptToo("b")).isEqualTo("other b");
          assertThat(points.kept(new Points.Customer("b", "x"))).isEqualTo("unknown b");
          assertThatThrownBy(() -> points.keptToo("a")).isSameAs(backend.failure);
          clock.advance(Duration.ofNanos(1));
          assertThat(points.kept(new Points.Customer("a", "x"))).isEqualTo("unknown a");
        });
  }

  @Test
  void everyAttemptOfARetryCallsTheMethod() {
    withPoints(
        points -> {
          backend.failure = new IOException();
          backend.failures = 2;
          assertThat(points.retried("a")).isEqualTo("fresh a");
          assertThat(backend.calls).isEqualTo(3);
          backend.failures = 2;
          backend.calls = 0;
          assertThat(points.retriedLater("a").join()).isEqualTo("fresh a");
          assertThat(backend.calls).isEqualTo(3);
        });
  }

  @Test
  void aStageIsGuardedUntilItIsDone() {
    withPoints(
        points -> {
          backend.pending = new CompletableFuture<>();
          CompletionStage<String> answer = points.later("a");
          assertThat(breaker("later").metrics().inFlight()).isOne();
          assertThat(answer.toCompletableFuture()).isNotDone();
          backend.pending.complete("done");
          assertThat(answer.toCompletableFuture()).isCompletedWithValue("done");
          assertThat(breaker("later").metrics().calls(Outcome.SUCCESS)).isOne();
        });
  }

  @Test
  void aFailedStageIsAnsweredByTheFallbackAndByLastGoodAnswers() {
    withPoints(
        points -> {
          backend.pending = CompletableFuture.failedFuture(new IOException());
          assertThat(points.later("a").toCompletableFuture())
              .isCompletedWithValue("late IOException");
          backend.pending = CompletableFuture.completedFuture("good");
          assertThat(points.keptLater("a")).isCompletedWithValue("good");
          backend.pending = CompletableFuture.failedFuture(new IOException());
          assertThat(points.keptLater("a")).isCompletedWithValue("good");
          assertThat(points.keptLater("b")).isCompletedExceptionally();
        });
  }

  @Test
  void anAsynchronousMethodThatThrowsFailsTheStage() {
    withPoints(
        points -> {
          backend.failure = new IllegalStateException();
          assertThat(points.keptLater("z"))
              .failsWithin(Duration.ZERO)
              .withThrowableThat()
              .withCause(backend.failure);
        });
  }

  @Test
  void cancellingTheStageCancelsTheCall() {
    withPoints(
        points -> {
          backend.pending = new CompletableFuture<>();
          points.later("a").toCompletableFuture().cancel(true);
          assertThat(backend.pending).isCancelled();
          assertThat(breaker("later").metrics().inFlight()).isZero();
        });
  }

  @Test
  void aStageThatIsLateFailsByTheGuardsTimeout() {
    withPoints(
        points -> {
          backend.pending = new CompletableFuture<>();
          CompletableFuture<String> answer = points.late();
          clock.advance(Duration.ofSeconds(1));
          assertThat(answer)
              .failsWithin(Duration.ofSeconds(10))
              .withThrowableThat()
              .withCauseInstanceOf(TimeoutExceededException.class);
        });
  }

  @Test
  void anInterruptionThatTheMethodDoesNotDeclareKeepsTheFlag() {
    runner
        .withPropertyValues("foreguard.guards.plain.bulkhead.max-concurrent-calls=1")
        .withPropertyValues("foreguard.guards.plain.bulkhead.max-wait=1m")
        .run(
            context -> {
              Points points = points(context);
              BulkheadPermit permit = backend.registry.bulkhead("plain").tryAcquire().orElseThrow();
              Thread.currentThread().interrupt();
              assertThatExceptionOfType(IllegalStateException.class)
                  .isThrownBy(() -> points.plain("a"))
                  .withCauseInstanceOf(InterruptedException.class);
              assertThat(Thread.interrupted()).isTrue();
              permit.close();
            });
  }

  @Test
  void anAnnotatedTypeGuardsItsPublicMethodsUnlessTheySayOtherwise() {
    runner.run(
        context -> {
          ForeguardRegistry registry = context.getBean(ForeguardRegistry.class);
          WholeType type = context.getBean(WholeType.class);
          type.one();
          type.two();
          type.other();
          type.internal();
          assertThat(registry.circuitBreaker("whole").metrics().successes()).isEqualTo(2);
          assertThat(registry.circuitBreaker("other").metrics().successes()).isOne();
        });
  }

  @Test
  void guardsOfAnnotatedMethodsExistFromTheStart() {
    runner.run(
        context ->
            assertThat(context.getBean(ForeguardRegistry.class).guards().find("answered"))
                .isPresent());
  }

  @Test
  void theAspectsOrderIsAProperty() {
    runner
        .withPropertyValues("foreguard.aspect-order=17")
        .run(
            context -> {
              Advised proxy = (Advised) context.getBean(Points.class);
              assertThat(proxy.getAdvisors())
                  .filteredOn(GuardedAdvisor.class::isInstance)
                  .singleElement()
                  .satisfies(a -> assertThat(((GuardedAdvisor) a).getOrder()).isEqualTo(17));
            });
  }

  private void withPoints(ThrowingConsumer<Points> test) {
    runner.run(context -> test.accept(points(context)));
  }

  private Points points(ApplicationContext context) {
    backend.registry = context.getBean(ForeguardRegistry.class);
    return context.getBean(Points.class);
  }

  private CircuitBreaker breaker(String name) {
    return backend.registry.circuitBreakers().find(name).orElseThrow();
  }
}
