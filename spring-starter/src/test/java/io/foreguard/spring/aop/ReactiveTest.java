package io.foreguard.spring.aop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerMetrics;
import io.foreguard.circuitbreaker.CircuitOpenException;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.ForeguardAutoConfiguration;
import io.foreguard.spring.Guarded;
import io.foreguard.time.Clock;
import io.foreguard.time.ManualClock;
import io.foreguard.timeout.TimeoutExceededException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class ReactiveTest {
  private final ManualClock clock = new ManualClock();
  private final Catalogue catalogue = new Catalogue();
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  ForeguardAutoConfiguration.class, ForeguardAnnotationAutoConfiguration.class))
          .withBean(Clock.class, () -> clock)
          .withBean(Catalogue.class, () -> catalogue)
          .withPropertyValues(
              "foreguard.guards.retried.retry.base-delay=0ms",
              "foreguard.guards.kept.fallback.last-known-good.maximum-age=10m",
              "foreguard.guards.bounded.timeout=1s");
  private ForeguardRegistry registry;

  @Test
  void eachSubscriptionToAMonoIsACall() {
    with(
        guarded -> {
          catalogue.mono = Mono.just("a");
          Mono<String> call = guarded.one();
          assertThat(catalogue.calls).as("before anyone subscribes").hasValue(0);
          assertThat(call.block()).isEqualTo("a");
          assertThat(call.block()).isEqualTo("a");
          catalogue.mono = Mono.empty();
          assertThat(guarded.one().block()).isNull();

          assertThat(catalogue.calls).hasValue(3);
          assertThat(metrics("plain").successes()).isEqualTo(3);
        });
  }

  @Test
  void aMonoThatFailsIsAFailureWithItsOwnException() {
    with(
        guarded -> {
          catalogue.mono = Mono.error(new IllegalStateException("down"));
          assertThatThrownBy(() -> guarded.one().block())
              .isInstanceOf(IllegalStateException.class)
              .hasMessage("down");
          assertThat(metrics("plain").failures()).isOne();
        });
  }

  @Test
  void aRefusedMonoNeverRunsTheMethod() {
    with(
        guarded -> {
          guarded.one().block();
          breaker("plain").mode(Mode.FORCED_OPEN);
          assertThatExceptionOfType(CircuitOpenException.class)
              .isThrownBy(() -> guarded.one().block());
          assertThat(catalogue.calls).hasValue(1);
        });
  }

  @Test
  void aMonoIsTriedAgainAnsweredAndRemembered() {
    with(
        guarded -> {
          AtomicInteger tries = new AtomicInteger();
          catalogue.mono =
              Mono.defer(
                  () ->
                      tries.incrementAndGet() < 3
                          ? Mono.error(new IOException())
                          : Mono.just("third"));
          assertThat(guarded.retriedOne().block()).isEqualTo("third");
          assertThat(catalogue.calls).hasValue(3);

          catalogue.mono = Mono.just("good");
          assertThat(guarded.keptOne().block()).isEqualTo("good");
          catalogue.mono = Mono.error(new IOException());
          assertThat(guarded.keptOne().block()).isEqualTo("good");
          assertThat(guarded.answeredOne().block()).isEqualTo("answer to IOException");
        });
  }

  @Test
  void theSubscribersContextReachesTheMethodsMono() {
    with(
        guarded -> {
          catalogue.mono = Mono.deferContextual(c -> Mono.just(c.get("user")));
          assertThat(guarded.one().contextWrite(c -> c.put("user", "ada")).block())
              .isEqualTo("ada");
          catalogue.flux = Flux.deferContextual(c -> Flux.just(c.<String>get("user")));
          assertThat(guarded.many().contextWrite(c -> c.put("user", "ada")).blockLast())
              .isEqualTo("ada");
        });
  }

  @Test
  void aCancelledSubscriptionCancelsTheMethodsPublisher() {
    with(
        guarded -> {
          AtomicInteger cancelled = new AtomicInteger();
          catalogue.mono = Mono.<String>never().doOnCancel(cancelled::incrementAndGet);
          catalogue.flux = Flux.<String>never().doOnCancel(cancelled::incrementAndGet);
          guarded.one().subscribe().dispose();
          guarded.many().subscribe().dispose();

          assertThat(cancelled).hasValue(2);
          assertThat(metrics("plain").inFlight()).isZero();
          assertThat(metrics("plain").failures()).isZero();
        });
  }

  @Test
  void aFluxIsGuardedUntilItsEndAndAskedOnlyForWhatIsWanted() {
    with(
        guarded -> {
          List<Long> asked = new ArrayList<>();
          Sinks.Many<String> source = Sinks.many().unicast().onBackpressureBuffer();
          catalogue.flux = source.asFlux().doOnRequest(asked::add);
          List<String> seen = new ArrayList<>();
          BaseSubscriber<String> subscriber =
              new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                  subscription.request(2);
                }

                @Override
                protected void hookOnNext(String value) {
                  seen.add(value);
                }
              };
          guarded.many().subscribe(subscriber);
          List.of("a", "b", "c").forEach(source::tryEmitNext);
          assertThat(seen).containsExactly("a", "b");
          assertThat(asked).containsExactly(2L);
          subscriber.request(5);
          assertThat(seen).containsExactly("a", "b", "c");
          assertThat(metrics("plain").inFlight()).isOne();
          source.tryEmitComplete();

          assertThat(metrics("plain").inFlight()).isZero();
          assertThat(metrics("plain").successes()).isOne();
        });
  }

  @Test
  void aFluxIsTriedAgainBeforeItsFirstElementAndNotAfter() {
    with(
        guarded -> {
          AtomicInteger tries = new AtomicInteger();
          catalogue.flux =
              Flux.defer(
                  () ->
                      tries.incrementAndGet() == 1
                          ? Flux.error(new IOException())
                          : Flux.just("a", "b"));
          assertThat(guarded.retriedMany().collectList().block()).containsExactly("a", "b");
          assertThat(tries).hasValue(2);

          tries.set(0);
          catalogue.flux =
              Flux.defer(
                  () -> {
                    tries.incrementAndGet();
                    return Flux.just("a").concatWith(Flux.error(new IllegalStateException("cut")));
                  });
          List<String> seen = new ArrayList<>();
          assertThatThrownBy(() -> guarded.retriedMany().doOnNext(seen::add).blockLast())
              .isInstanceOf(IllegalStateException.class)
              .hasMessage("cut");
          assertThat(seen).containsExactly("a");
          assertThat(tries).hasValue(1);
          assertThat(metrics("retried").failures()).isEqualTo(2);
        });
  }

  @Test
  void aFluxIsAnsweredOnlyIfItDeliveredNothing() {
    with(
        guarded -> {
          catalogue.flux = Flux.error(new IOException());
          assertThat(guarded.answeredMany().collectList().block()).containsExactly("x", "y");
          catalogue.flux = Flux.just("a").concatWith(Flux.error(new IOException("cut")));
          assertThatThrownBy(() -> guarded.answeredMany().blockLast())
              .hasRootCauseInstanceOf(IOException.class);
        });
  }

  @Test
  void theTimeOutEndsAFluxAndCancelsIt() {
    with(
        guarded -> {
          AtomicInteger cancelled = new AtomicInteger();
          catalogue.flux =
              Flux.just("a").concatWith(Flux.never()).doOnCancel(cancelled::incrementAndGet);
          List<String> seen = new ArrayList<>();
          List<Throwable> failures = new ArrayList<>();
          Disposable unused = guarded.boundedMany().subscribe(seen::add, failures::add);
          clock.advance(Duration.ofSeconds(2));

          assertThat(seen).containsExactly("a");
          assertThat(failures).hasExactlyElementsOfTypes(TimeoutExceededException.class);
          assertThat(cancelled).hasValue(1);
          assertThat(breaker("bounded").metrics().failures()).isOne();
        });
  }

  private CircuitBreaker breaker(String name) {
    return registry.circuitBreakers().find(name).orElseThrow();
  }

  private CircuitBreakerMetrics metrics(String name) {
    return breaker(name).metrics();
  }

  private void with(ThrowingConsumer<Catalogue> test) {
    runner.run(
        context -> {
          registry = context.getBean(ForeguardRegistry.class);
          test.accept(context.getBean(Catalogue.class));
        });
  }

  /** A service with guarded reactive methods. */
  @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // fallback methods are found by their names
  static class Catalogue {
    final AtomicInteger calls = new AtomicInteger();
    volatile Mono<String> mono = Mono.just("one");
    volatile Flux<String> flux = Flux.just("one", "two");

    private Mono<String> asked() {
      calls.incrementAndGet();
      return mono;
    }

    @Guarded("plain")
    public Mono<String> one() {
      return asked();
    }

    @Guarded("plain")
    public Flux<String> many() {
      return flux;
    }

    @Guarded("retried")
    public Mono<String> retriedOne() {
      return asked();
    }

    @Guarded("retried")
    public Flux<String> retriedMany() {
      return flux;
    }

    @Guarded("kept")
    public Mono<String> keptOne() {
      return asked();
    }

    @Guarded(name = "answered", fallbackMethod = "answer")
    public Mono<String> answeredOne() {
      return asked();
    }

    private Mono<String> answer(Exception failure) {
      return Mono.just("answer to " + failure.getClass().getSimpleName());
    }

    @Guarded(name = "answered", fallbackMethod = "answers")
    public Flux<String> answeredMany() {
      return flux;
    }

    private Flux<String> answers() {
      return Flux.just("x", "y");
    }

    @Guarded("bounded")
    public Flux<String> boundedMany() {
      return flux;
    }
  }
}
