package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.LearningModel;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signals;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a gate tells listeners, logs and whoever asks for an explanation. */
class GateVoiceTest {
  private final ManualClock clock = new ManualClock();
  private final CircuitBreaker breaker =
      CircuitBreaker.of("engine", CircuitBreakerConfig.defaults(), clock);

  @Nested
  class AnExplanation {
    @Test
    void isNotKeptWhileAllIsWell() {
      breaker.signals();
      assertThat(breaker.gate().explanation).isNull();

      breaker.transitionToOpen();
      assertThat(breaker.gate().explanation).isNotNull();

      breaker.transitionToClosed();
      breaker.acquire().success();
      breaker.signals();
      assertThat(breaker.gate().explanation).isNull();
    }

    @Test
    void isMadeOnceForAllRefusals() {
      breaker.mode(Mode.FORCED_OPEN);
      breaker.signals();

      assertThat(breaker.explain()).isSameAs(breaker.explain());
    }

    @Test
    void isOfWhatIsKnownNow() {
      breaker.transitionToOpen();
      breaker.transitionToClosed();
      double first = breaker.estimate().probability();
      for (int i = 0; i < 200; i++) {
        breaker.acquire().success();
        clock.advance(Duration.ofMillis(10));
      }
      breaker.signals();

      assertThat(breaker.estimate().probability()).isGreaterThan(first + .05);
      assertThat(breaker.explain().state()).isEqualTo(State.CLOSED);
      assertThat(breaker.explain().share()).isEqualTo(1);
    }
  }

  @Nested
  class Calls {
    private final List<String> told = new ArrayList<>();

    Calls() {
      breaker
          .events()
          .onCall(
              new CallListener() {
                @Override
                public void onCall(Outcome outcome, long nanos, boolean probe) {
                  throw new AssertionError("the longer form is there");
                }

                @Override
                public void onCall(
                    String key,
                    Outcome outcome,
                    long nanos,
                    boolean probe,
                    boolean shadow,
                    long nanoTime) {
                  told.add(outcome + (probe ? " probe" : "") + (shadow ? " shadow" : ""));
                }

                @Override
                public void onRefusal(String key, RejectionReason reason, long nanoTime) {
                  told.add("refused " + reason);
                }
              });
    }

    @Test
    void areToldWithWhatTheyWereAdmittedAs() {
      breaker.acquire().success();
      breaker.mode(Mode.DISABLED);
      breaker.acquire().success();
      breaker.mode(Mode.SHADOW);
      breaker.transitionToOpen();
      breaker.acquire().success();
      clock.advance(Duration.ofMinutes(1));
      breaker.acquire().success();

      assertThat(told).containsExactly("SUCCESS", "SUCCESS", "SUCCESS shadow", "SUCCESS probe");
    }

    @Test
    void areToldWhenTheyAreRefusedButNotWhenTheyOnlyWouldHaveBeen() {
      breaker.mode(Mode.SHADOW);
      breaker.transitionToOpen();
      breaker.acquire().release();
      breaker.mode(Mode.FORCED_OPEN);
      assertThat(breaker.tryAcquire()).isEmpty();

      assertThat(told).containsExactly("IGNORED shadow", "refused FORCED_OPEN");
      assertThat(breaker.metrics().shadowRejected()).isOne();
      assertThat(breaker.metrics().rejected()).isOne();
    }
  }

  @Test
  void tellsOfRefusalsWithWhatIsKnown() {
    List<CircuitBreakerEvent.Rejection> told = new ArrayList<>();
    var unused = breaker.events().onRejection(told::add);
    breaker.transitionToOpen();
    Duration wait = Duration.ofNanos(breaker.gate().probesFrom - clock.nanoTime());
    assertThat(breaker.tryAcquire()).isEmpty();
    breaker.mode(Mode.SHADOW);
    assertThat(breaker.tryAcquire()).isPresent();

    assertThat(told).extracting(r -> r.shadow()).containsExactly(false, true);
    assertThat(told)
        .allSatisfy(
            rejection -> {
              assertThat(rejection.reason()).isEqualTo(RejectionReason.OPEN);
              assertThat(rejection.retryAfter()).isEqualTo(wait).isPositive();
              assertThat(rejection.explanation().state()).isEqualTo(State.OPEN);
            });
  }

  @Nested
  class AModel {
    private final List<String> learned = new ArrayList<>();
    private boolean abstains;
    private boolean broken;
    private int asked;

    @Test
    void isAskedAfterEachResultThatIsJudgedAndAfterLateOnes() {
      CircuitBreaker guarded = guarded(new Scripted(), Duration.ofSeconds(1));
      guarded.acquire().record(Outcome.FAILURE);
      int first = asked;
      assertThat(first).isPositive();
      assertThat(guarded.gate().isLocked()).isFalse();

      guarded.acquire().record(Outcome.FAILURE);
      assertThat(asked).isGreaterThan(first);

      Permit late = guarded.acquire();
      clock.advance(Duration.ofSeconds(2));
      int before = asked;
      late.success();
      assertThat(asked).isGreaterThan(before);
    }

    @Test
    void isAskedWhenAGateLooks() {
      CircuitBreaker guarded = guarded(new Scripted(), Duration.ofSeconds(1));
      clock.advance(Duration.ofMillis(10));
      guarded.acquire().release();

      assertThat(asked).isPositive();
    }

    @Test
    void thatLearnsIsTaughtWhatHappened() {
      CircuitBreaker guarded = guarded(new Scripted(), Duration.ofMinutes(1));
      guarded.acquire().success();
      guarded.acquire().record(Outcome.FAILURE);
      guarded.transitionToOpen();
      clock.advance(Duration.ofMinutes(1));
      guarded.acquire().success();

      assertThat(learned).containsExactly("SUCCESS", "FAILURE", "SUCCESS probe");
    }

    @Test
    void isNamedByTheExplanationWhileItDecides() {
      CircuitBreaker guarded = guarded(new Scripted(), Duration.ofMinutes(1));
      for (int i = 0; i < 3; i++) {
        guarded.acquire().record(Outcome.SLOW_SUCCESS);
      }
      assertThat(guarded.estimate().model()).isEqualTo("scripted");
      assertThat(guarded.gate().explanation).isNotNull();

      abstains = true;
      guarded.acquire().record(Outcome.SLOW_SUCCESS);
      guarded.acquire().record(Outcome.SLOW_SUCCESS);
      assertThat(guarded.estimate().model()).isEqualTo("statistical");
    }

    @Test
    void thatIsReplacedIsNotAskedAnyMore() {
      CircuitBreaker guarded = guarded(new Scripted(), Duration.ofMinutes(1));
      guarded.acquire().record(Outcome.SLOW_SUCCESS);
      guarded.reconfigure(CircuitBreakerConfig.defaults());
      int before = asked;
      guarded.acquire().record(Outcome.SLOW_SUCCESS);

      assertThat(asked).isEqualTo(before);
      assertThat(guarded.gate().supervisor).isNull();
      assertThat(guarded.estimate().model()).isEqualTo("statistical");
    }

    @Test
    void staysWithItsPastWhenSettingsThatItDoesNotKnowChange() {
      CircuitBreaker guarded = guarded(new Scripted(), Duration.ofMinutes(1));
      ModelSupervisor before = guarded.gate().supervisor;
      guarded.reconfigure(guarded.config().toBuilder().keyIdleTime(Duration.ofMinutes(7)).build());

      assertThat(guarded.gate().supervisor).isSameAs(before);
    }

    @Test
    void isAskedOnceNewSettingsNameIt() {
      CircuitBreaker key = breaker.key("replica", "a");
      breaker.reconfigure(CircuitBreakerConfig.builder().model(new Scripted()).build());
      breaker.acquire().record(Outcome.SLOW_SUCCESS);

      assertThat(asked).isPositive();
      assertThat(key.gate().supervisor).isNull();
    }

    @Test
    void thatThrowsIsDemotedAndRestored() {
      List<CircuitBreakerEvent.ModelChange> changes = new ArrayList<>();
      CircuitBreaker guarded = guarded(new Scripted(), Duration.ofMinutes(1));
      var unused = guarded.events().onModelChange(changes::add);
      broken = true;
      for (int i = 0; i < 4; i++) {
        guarded.acquire().record(Outcome.SLOW_SUCCESS);
      }
      broken = false;
      clock.advance(Duration.ofMinutes(1));
      for (int i = 0; i < 4; i++) {
        guarded.acquire().record(Outcome.SLOW_SUCCESS);
      }

      assertThat(changes)
          .extracting(change -> change.from() + " > " + change.to())
          .containsExactly("scripted > statistical", "statistical > scripted");
    }

    @Test
    void thatKeepsHistoryIsTheDependencysAndNotItsKeys() {
      CircuitBreaker guarded = guarded(new Scripted(), Duration.ofMinutes(1));

      assertThat(guarded.gate().supervisor).isNotNull();
      assertThat(guarded.key("replica", "a").gate().supervisor).isNull();
    }

    private CircuitBreaker guarded(SuccessModel model, Duration lease) {
      return CircuitBreaker.of(
          "guarded", CircuitBreakerConfig.builder().model(model).permitLease(lease).build(), clock);
    }

    private final class Scripted implements LearningModel {
      @Override
      public String name() {
        return "scripted";
      }

      @Override
      public boolean isCheap() {
        return true;
      }

      @Override
      public boolean keepsHistory() {
        return true;
      }

      @Override
      public Estimate estimate(Signals signals) {
        asked++;
        if (broken) {
          throw new AssertionError("model");
        }
        return abstains ? Estimate.abstain(this, "nothing known") : Estimate.of(this, .99);
      }

      @Override
      public void learn(Outcome outcome, long durationNanos, boolean probe, long nanoTime) {
        learned.add(outcome + (probe ? " probe" : ""));
      }
    }
  }

  @Nested
  class ADemotionOfTheDefaultModel {
    private final Logger logger = (Logger) LoggerFactory.getLogger(CircuitBreaker.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final SplittableRandom random = new SplittableRandom(5);
    private final List<CircuitBreakerEvent.ModelChange> changes = new ArrayList<>();
    private final CircuitBreaker loyalty =
        CircuitBreaker.of(
            "loyalty",
            CircuitBreakerConfig.builder().deadline(Duration.ofMillis(50)).build(),
            clock);

    @BeforeEach
    void listen() {
      log.start();
      logger.addAppender(log);
      logger.setLevel(Level.DEBUG);
      loyalty.events().onModelChange(changes::add);
    }

    @AfterEach
    void stopListening() {
      logger.detachAppender(log);
      logger.setLevel(null);
    }

    @Test
    void isLoggedAsAWarningAndItsEndIsNoWarning() {
      calls(20, () -> changes.isEmpty() && clock.elapsed().toSeconds() < 20);
      assertThat(changes).isEmpty();

      calls(150, changes::isEmpty); // all are late, nearly all succeed, and nobody gives up
      calls(20, () -> changes.size() < 2);

      assertThat(changes)
          .extracting(change -> change.from() + " > " + change.to())
          .containsExactly("statistical > classic", "classic > statistical");
      assertThat(log.list)
          .extracting(event -> event.getLevel() + " " + event.getFormattedMessage())
          .containsExactly(
              "WARN Circuit breaker 'loyalty': 'classic' decides instead of 'statistical': "
                  + "the plain average of the latest outcomes forecasts better",
              "INFO Circuit breaker 'loyalty': 'statistical' decides instead of 'classic': "
                  + "it forecasts as well as the average again");
      assertThat(changes.get(0).explanation().estimate().isAbstention()).isTrue();
      assertThat(changes.get(1).explanation().estimate().isAbstention()).isFalse();
    }

    @Test
    void isLoggedQuietlyWhenItHappensAgain() {
      calls(20, () -> clock.elapsed().toSeconds() < 20);
      calls(150, changes::isEmpty);
      calls(20, () -> changes.size() < 2);
      calls(150, () -> changes.size() < 3);

      assertThat(log.list)
          .extracting(ILoggingEvent::getLevel)
          .containsExactly(Level.WARN, Level.INFO, Level.DEBUG);
    }

    private void calls(long millis, BooleanSupplier goesOn) {
      for (int i = 0; i < 50_000 && goesOn.getAsBoolean(); i++) {
        Optional<Permit> permit = loyalty.tryAcquire();
        clock.advance(Duration.ofMillis(millis));
        Outcome outcome = random.nextDouble() < .99 ? Outcome.SUCCESS : Outcome.FAILURE;
        permit.ifPresent(p -> p.record(outcome));
      }
    }
  }
}
