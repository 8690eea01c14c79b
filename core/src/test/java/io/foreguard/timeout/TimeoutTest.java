package io.foreguard.timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.OutcomeClassifier;
import io.foreguard.time.Clock;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimeoutTest {
  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final Duration LONGER = Duration.ofSeconds(3);

  private final ManualClock clock = new ManualClock();
  private final Timeout timeout = Timeout.of("engine", TimeoutConfig.of(LIMIT), clock);

  @AfterEach
  void noInterruptIsLeftBehind() {
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void returnsTheValueOfABodyThatIsInTimeAndCancelsTheTimer() throws Exception {
    assertThat(timeout.<String>call(() -> "answer")).isEqualTo("answer");

    assertThat(clock.pendingTasks()).isZero();
    assertThat(timeout.timedOutCalls()).isZero();
  }

  @Test
  void passesTheBodysOwnExceptionThroughAndCancelsTheTimer() {
    IOException failure = new IOException("refused");

    assertThatThrownBy(
            () ->
                timeout.call(
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void passesAnErrorThroughAndCancelsTheTimer() {
    StackOverflowError failure = new StackOverflowError();

    assertThatThrownBy(
            () ->
                timeout.call(
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void interruptsTheBodyExactlyWhenTheTimeIsUp() {
    List<Boolean> interrupted = new ArrayList<>();

    assertThatExceptionOfType(TimeoutExceededException.class)
        .isThrownBy(
            () ->
                timeout.call(
                    () -> {
                      clock.advance(LIMIT.minusNanos(1));
                      interrupted.add(Thread.currentThread().isInterrupted());
                      clock.advance(Duration.ofNanos(1));
                      interrupted.add(Thread.currentThread().isInterrupted());
                      return "late";
                    }))
        .satisfies(
            e -> {
              assertThat(e.source()).isEqualTo("engine");
              assertThat(e.limit()).isEqualTo(LIMIT);
              assertThat(e).hasMessageContaining("engine").hasMessageContaining("PT2S");
            });
    assertThat(interrupted).containsExactly(false, true);
    assertThat(timeout.timedOutCalls()).isOne();
  }

  @Test
  void suppressesWhatTheBodyThrewAfterItsTime() {
    InterruptedException answer = new InterruptedException();

    assertThatExceptionOfType(TimeoutExceededException.class)
        .isThrownBy(
            () ->
                timeout.call(
                    () -> {
                      clock.advance(LONGER);
                      Thread.interrupted();
                      throw answer;
                    }))
        .satisfies(e -> assertThat(e.getSuppressed()).containsExactly(answer));
  }

  @Test
  void countsAsATimeoutForTheDefaultClassifier() {
    Outcome outcome =
        OutcomeClassifier.standard().classify(null, new TimeoutExceededException("engine", LIMIT));

    assertThat(outcome).isEqualTo(Outcome.TIMEOUT);
  }

  @Test
  void keepsAnInterruptThatCameFromElsewhereBeforeTheTimeWasUp() {
    assertThatExceptionOfType(TimeoutExceededException.class)
        .isThrownBy(
            () ->
                timeout.call(
                    () -> {
                      Thread.currentThread().interrupt();
                      clock.advance(LONGER);
                      throw new InterruptedException();
                    }));
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void passesAnInterruptFromElsewhereThroughWhenTheBodyIsInTime() throws Exception {
    timeout.call(
        () -> {
          Thread.currentThread().interrupt();
          return "answer";
        });
    assertThat(Thread.interrupted()).isTrue();

    InterruptedException interruption = new InterruptedException();
    assertThatThrownBy(
            () ->
                timeout.call(
                    () -> {
                      throw interruption;
                    }))
        .isSameAs(interruption);
  }

  @Test
  void leavesTheThreadAloneWhenRunningCallsAreNotToBeCancelled() {
    Timeout patient =
        Timeout.of(
            "engine", TimeoutConfig.builder().duration(LIMIT).cancelRunning(false).build(), clock);
    AtomicReference<Boolean> interrupted = new AtomicReference<>();

    assertThatExceptionOfType(TimeoutExceededException.class)
        .isThrownBy(
            () ->
                patient.call(
                    () -> {
                      clock.advance(LONGER);
                      interrupted.set(Thread.currentThread().isInterrupted());
                      Thread.currentThread().interrupt();
                      return "late";
                    }));
    assertThat(interrupted).hasValue(false);
    assertThat(Thread.interrupted()).as("the body's own interrupt").isTrue();
  }

  @Test
  void theInnerOfTwoTimeoutsSeesTheOuterOnesInterruptAsOneFromElsewhere() {
    Timeout outer = Timeout.of("outer", TimeoutConfig.of(Duration.ofSeconds(1)), clock);

    assertThatExceptionOfType(TimeoutExceededException.class)
        .isThrownBy(
            () ->
                outer.call(
                    () ->
                        timeout.call(
                            () -> {
                              clock.advance(Duration.ofSeconds(1));
                              if (Thread.interrupted()) {
                                throw new InterruptedException();
                              }
                              return "late";
                            })))
        .satisfies(
            e -> {
              assertThat(e.source()).isEqualTo("outer");
              assertThat(e.getSuppressed()[0]).isInstanceOf(InterruptedException.class);
            });
    assertThat(timeout.timedOutCalls()).isZero();
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void noInterruptArrivesAfterTheBodyHasEnded() throws Exception {
    ExecutorService timer = Executors.newSingleThreadExecutor();
    CyclicBarrier start = new CyclicBarrier(2);
    int leaked = 0;
    try {
      for (int i = 0; i < 5_000; i++) {
        Future<?> advanced =
            timer.submit(
                () -> {
                  start.await(10, TimeUnit.SECONDS);
                  clock.advance(LIMIT);
                  return null;
                });
        try {
          timeout.call(
              () -> {
                start.await(10, TimeUnit.SECONDS);
                return "just in time, or not";
              });
        } catch (TimeoutExceededException e) {
          // the timer was first: also right
        }
        leaked += Thread.currentThread().isInterrupted() ? 1 : 0;
        advanced.get(10, TimeUnit.SECONDS);
        leaked += Thread.interrupted() ? 1 : 0;
      }
    } finally {
      timer.shutdownNow();
    }
    assertThat(leaked).isZero();
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void wakesABlockedBodyOnTheSystemsClock() {
    Timeout real = Timeout.of("engine", TimeoutConfig.of(Duration.ofMillis(5)), Clock.system());
    CountDownLatch never = new CountDownLatch(1);

    assertThatExceptionOfType(TimeoutExceededException.class)
        .isThrownBy(() -> real.call(() -> never.await(30, TimeUnit.SECONDS)))
        .satisfies(e -> assertThat(e.getSuppressed()[0]).isInstanceOf(InterruptedException.class));
  }

  @Test
  void tellsListenersAndSurvivesTheOnesThatThrow() throws Exception {
    List<TimeoutEvent> events = new ArrayList<>();
    timeout
        .timeouts()
        .subscribe(
            event -> {
              throw new IllegalStateException("listener");
            });
    timeout.timeouts().subscribe(events::add);

    assertThatExceptionOfType(TimeoutExceededException.class)
        .isThrownBy(
            () ->
                timeout.call(
                    () -> {
                      clock.advance(LONGER);
                      return "late";
                    }));

    assertThat(events).hasSize(1);
    assertThat(events.get(0).timeout()).isEqualTo("engine");
    assertThat(events.get(0).limit()).isEqualTo(LIMIT);
  }

  @Test
  void usesNewSettingsForTheCallsThatStartAfterwards() throws Exception {
    timeout.reconfigure(TimeoutConfig.of(Duration.ofSeconds(10)));

    String value =
        timeout.call(
            () -> {
              clock.advance(LONGER);
              return "in time now";
            });

    assertThat(value).isEqualTo("in time now");
    assertThat(timeout.config().duration()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void decoratesWithoutCalling() throws Exception {
    List<String> calls = new ArrayList<>();
    var decorated =
        timeout.decorate(
            () -> {
              calls.add("called");
              return 1;
            });

    assertThat(calls).isEmpty();
    assertThat(decorated.call()).isEqualTo(1);
    assertThat(calls).hasSize(1);
  }

  @Test
  void refusesADurationThatIsNoLimit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Timeout.of("engine", Duration.ZERO))
        .withMessage("duration must be longer than zero and at most 73 years, but was PT0S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TimeoutConfig.builder().duration(Duration.ofSeconds(-1)))
        .withMessageContaining("but was PT-1S");
    assertThatThrownBy(() -> TimeoutConfig.of(null)).hasMessage("duration must not be null");
    assertThatIllegalArgumentException().isThrownBy(() -> Timeout.of(" "));
  }

  @Test
  void copiesEverySettingIntoABuilder() {
    TimeoutConfig config = TimeoutConfig.builder().duration(LIMIT).cancelRunning(false).build();

    TimeoutConfig copy = config.toBuilder().build();

    assertThat(copy).usingRecursiveComparison().isEqualTo(config);
    assertThat(TimeoutConfig.defaults().duration()).isEqualTo(Duration.ofSeconds(1));
    assertThat(TimeoutConfig.defaults().cancelRunning()).isTrue();
  }
}
