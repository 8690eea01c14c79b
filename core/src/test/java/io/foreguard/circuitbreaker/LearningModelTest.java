package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.LearningModel;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signals;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearningModelTest {
  private final ManualClock clock = new ManualClock();
  private final Learner model = new Learner();
  private final CircuitBreaker breaker =
      CircuitBreaker.of("d", CircuitBreakerConfig.builder().model(model).build(), clock);

  @Test
  void hearsOfEveryOutcomeWithItsDurationAndTime() {
    succeed(Duration.ofMillis(3));
    Permit permit = breaker.acquire();
    clock.advance(Duration.ofMillis(7));
    long end = clock.nanoTime();
    permit.record(Outcome.TIMEOUT);
    breaker.acquire().record(Outcome.CALLER_FAULT);

    assertThat(model.heard)
        .containsExactly(
            new Heard(Outcome.SUCCESS, 3_000_000, end - 7_000_000),
            new Heard(Outcome.TIMEOUT, 7_000_000, end),
            new Heard(Outcome.CALLER_FAULT, 0, end));
  }

  @Test
  void hearsOfAFailureBeforeItIsAskedAboutTheNextCall() {
    breaker.acquire().record(Outcome.FAILURE);

    assertThat(model.knownWhenAsked).last().isEqualTo(1);
  }

  @Test
  void oneThatCannotLearnIsDemotedAndNoCallerSeesIt() {
    List<CircuitBreakerEvent.ModelChange> changes = new ArrayList<>();
    breaker.events().onModelChange(changes::add);
    model.broken = true;

    for (int i = 0; i < 5; i++) {
      succeed(Duration.ofMillis(1));
      breaker.acquire().record(Outcome.CALLER_FAULT);
      clock.advance(Duration.ofMillis(20));
    }

    assertThat(changes).isNotEmpty();
    assertThat(changes.get(0).to()).isEqualTo("statistical");
    assertThat(breaker.estimate().model()).isEqualTo("statistical");
  }

  @Test
  void keysAreJudgedByTheDefaultModel() {
    CircuitBreaker key = breaker.key("replica", "a");

    key.acquire().record(Outcome.SUCCESS);

    assertThat(model.heard).as("by the dependency's breaker alone").hasSize(1);
    assertThat(key.estimate().model()).isEqualTo("statistical");
  }

  @Test
  void anErrorOfTheCallPassesUnchanged() {
    model.broken = true;

    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(
            () ->
                breaker.call(
                    () -> {
                      throw new AssertionError("the call's own");
                    }))
        .withMessage("the call's own");
  }

  private void succeed(Duration duration) {
    Permit permit = breaker.acquire();
    clock.advance(duration);
    permit.record(Outcome.SUCCESS);
  }

  private record Heard(Outcome outcome, long durationNanos, long nanoTime) {}

  private static final class Learner implements LearningModel {
    private final List<Heard> heard = new ArrayList<>();
    private final List<Integer> knownWhenAsked = new ArrayList<>();
    private boolean broken;

    @Override
    public void learn(Outcome outcome, long durationNanos, boolean probe, long nanoTime) {
      if (broken) {
        throw new IllegalStateException("cannot learn");
      }
      heard.add(new Heard(outcome, durationNanos, nanoTime));
    }

    @Override
    public String name() {
      return "learner";
    }

    @Override
    public boolean isCheap() {
      return true;
    }

    @Override
    public Estimate estimate(Signals signals) {
      knownWhenAsked.add(heard.size());
      return Estimate.of(this, .9);
    }
  }
}
