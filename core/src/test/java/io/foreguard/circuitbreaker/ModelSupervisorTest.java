package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signals;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ModelSupervisorTest {
  private final ManualClock clock = new ManualClock();
  private final Deque<Runnable> queue = new ArrayDeque<>();
  private final List<CircuitBreakerEvent.ModelChange> changes = new ArrayList<>();

  @Test
  void aCheapModelDecidesFromTheFirstCall() {
    CircuitBreaker breaker = breaker(new Scripted(true, m -> Estimate.of(m, .05)), queue::add);

    callOnce(breaker);
    callOnce(breaker);

    assertThat(breaker.state()).isEqualTo(State.OPEN);
    assertThat(breaker.estimate().model()).isEqualTo("scripted");
    assertThat(queue).isEmpty();
  }

  @Test
  void anotherModelIsAskedInTheBackgroundAndItsLatestAnswerCounts() {
    CircuitBreaker breaker = breaker(new Scripted(false, m -> Estimate.of(m, .05)), queue::add);
    callOnce(breaker);
    assertThat(breaker.state()).isEqualTo(State.CLOSED);
    assertThat(queue).hasSize(1);

    queue.remove().run();

    assertThat(breaker.state()).isEqualTo(State.OPEN);
    assertThat(changes).isEmpty();
  }

  @Test
  void aModelThatThrowsIsDemotedAndRestored() {
    boolean[] broken = {true};
    Scripted model =
        new Scripted(
            true,
            m -> {
              if (broken[0]) {
                throw new AssertionError("model");
              }
              return Estimate.of(m, .99);
            });
    CircuitBreaker breaker = breaker(model, queue::add);

    for (int i = 0; i < 20; i++) {
      callOnce(breaker);
    }
    assertThat(model.asked).isEqualTo(3);
    assertThat(changes).hasSize(1);
    assertThat(changes.get(0).from()).isEqualTo("scripted");
    assertThat(changes.get(0).to()).isEqualTo("statistical");
    assertThat(changes.get(0).reason()).contains("threw");
    assertThat(breaker.estimate().model()).isEqualTo("statistical");
    assertThat(breaker.metrics().inFlight()).isZero();

    clock.advance(Duration.ofSeconds(30));
    callOnce(breaker); // still broken: another minute
    clock.advance(Duration.ofSeconds(50));
    broken[0] = false;
    callOnce(breaker);
    assertThat(changes).hasSize(1);
    clock.advance(Duration.ofSeconds(10));
    for (int i = 0; i < 4; i++) {
      callOnce(breaker);
    }

    assertThat(changes).hasSize(2);
    assertThat(changes.get(1).to()).isEqualTo("scripted");
    assertThat(breaker.estimate().model()).isEqualTo("scripted");
  }

  @Test
  void aModelThatAnswersNullNaNOrTooLateIsDemoted() {
    demotes(m -> null, "it answered null");
    demotes(m -> Estimate.of(m, Double.NaN), "probability must be in [0, 1], but was NaN");
    demotes(m -> Estimate.of(m, 1.7), "probability must be in [0, 1], but was 1.7");
    demotes(m -> Estimate.of(m, -.1), "probability must be in [0, 1], but was -0.1");
    demotes(
        m -> {
          clock.advance(Duration.ofMillis(51));
          return Estimate.of(m, .01);
        },
        "it took 51000 us, more than its budget");
  }

  private void demotes(Function<SuccessModel, Estimate> answer, String reason) {
    changes.clear();
    CircuitBreaker breaker = breaker(new Scripted(true, answer), queue::add);
    for (int i = 0; i < 10; i++) {
      callOnce(breaker);
    }
    assertThat(changes)
        .singleElement()
        .satisfies(
            change -> {
              assertThat(change.from()).isEqualTo("scripted");
              assertThat(change.to()).isEqualTo("statistical");
              assertThat(change.reason()).contains(reason);
            });
    assertThat(breaker.estimate().model()).isEqualTo("statistical");
    assertThat(breaker.state()).isEqualTo(State.CLOSED);
    assertThat(breaker.metrics().calls(Outcome.SUCCESS)).isEqualTo(10);
  }

  @Test
  void aModelThatAbstainsIsReplacedForTheMomentAndNotDemoted() {
    Scripted model = new Scripted(true, m -> Estimate.abstain(m, "nothing known"));
    CircuitBreaker breaker = breaker(model, queue::add);
    for (int i = 0; i < 10; i++) {
      callOnce(breaker);
    }

    assertThat(changes).isEmpty();
    assertThat(breaker.estimate().model()).isEqualTo("statistical");
    assertThat(model.asked).isGreaterThanOrEqualTo(10);
  }

  @Test
  void aModelThatNeverAnswersIsDemotedAfterASecondAndTheDefaultDecides() {
    CircuitBreaker breaker = breaker(new Scripted(false, m -> Estimate.of(m, .99)), queue::add);
    callOnce(breaker);
    assertThat(queue).hasSize(1); // and nobody runs it

    for (int i = 0; i < 30; i++) {
      clock.advance(Duration.ofMillis(100));
      breaker.tryAcquire().ifPresent(p -> p.record(Outcome.FAILURE));
    }

    assertThat(breaker.state()).isEqualTo(State.OPEN);
    assertThat(changes).hasSize(1);
    assertThat(changes.get(0).reason()).contains("has not answered");
    assertThat(queue).hasSize(1);
  }

  @Test
  void aModelThatAnswersAgainAfterItsSilenceIsRestored() {
    CircuitBreaker breaker = breaker(new Scripted(false, m -> Estimate.of(m, .9)), queue::add);
    callOnce(breaker);
    clock.advance(Duration.ofSeconds(2));
    callOnce(breaker);
    assertThat(changes).hasSize(1);

    for (int i = 0; i < 100 && changes.size() < 2; i++) {
      while (!queue.isEmpty()) {
        queue.remove().run();
      }
      clock.advance(Duration.ofSeconds(1));
      callOnce(breaker);
    }

    assertThat(changes).hasSize(2);
    assertThat(changes.get(1).to()).isEqualTo("scripted");
  }

  @Test
  void anExecutorThatRefusesOrDiesDemotesTheModelAndReachesNoCaller() {
    Executor rejecting =
        task -> {
          throw new RejectedExecutionException("full");
        };
    Executor dying =
        task -> {
          throw new OutOfMemoryError("no more threads");
        };
    for (Executor executor : List.of(rejecting, dying)) {
      changes.clear();
      CircuitBreaker breaker = breaker(new Scripted(false, m -> Estimate.of(m, .1)), executor);
      for (int i = 0; i < 10; i++) {
        callOnce(breaker);
        clock.advance(Duration.ofMillis(100));
      }
      assertThat(changes).hasSize(1);
      assertThat(breaker.metrics().calls(Outcome.SUCCESS)).isEqualTo(10);
    }
  }

  @Test
  void aModelMayCallTheBreaker() {
    CircuitBreaker[] self = new CircuitBreaker[1];
    Scripted model =
        new Scripted(
            true,
            m -> {
              self[0].metrics();
              callOnce(self[0]);
              return Estimate.of(m, .99);
            });
    self[0] = breaker(model, queue::add);

    callOnce(self[0]);
    callOnce(self[0]);

    assertThat(self[0].estimate().model()).isEqualTo("scripted");
    assertThat(changes).isEmpty();
    assertThat(self[0].metrics().inFlight()).isZero();
  }

  @Test
  void aModelThatSeesNothingIsOverruledWhenCallsPlainlyFail() {
    CircuitBreaker breaker = breaker(new Scripted(true, m -> Estimate.of(m, .999)), queue::add);

    for (int i = 0; i < 30; i++) {
      breaker.tryAcquire().ifPresent(p -> p.record(Outcome.FAILURE));
      clock.advance(Duration.ofMillis(20));
    }

    assertThat(breaker.state()).isEqualTo(State.OPEN);
  }

  @Test
  void aNewBudgetTakesEffect() {
    Scripted slow =
        new Scripted(
            true,
            m -> {
              clock.advance(Duration.ofMillis(60));
              return Estimate.of(m, .99);
            });
    CircuitBreaker breaker = breaker(slow, queue::add);
    breaker.reconfigure(breaker.config().toBuilder().modelBudget(Duration.ofMillis(100)).build());

    for (int i = 0; i < 10; i++) {
      callOnce(breaker);
    }

    assertThat(changes).isEmpty();
    assertThat(breaker.estimate().model()).isEqualTo("scripted");
  }

  private CircuitBreaker breaker(SuccessModel model, Executor executor) {
    CircuitBreaker breaker =
        CircuitBreaker.of(
            "engine",
            CircuitBreakerConfig.builder().model(model).modelExecutor(executor).build(),
            clock);
    breaker.events().onModelChange(changes::add);
    return breaker;
  }

  private void callOnce(CircuitBreaker breaker) {
    breaker.tryAcquire().ifPresent(Permit::success);
    clock.advance(Duration.ofMillis(10));
    breaker.tryAcquire().ifPresent(Permit::release);
  }

  private static final class Scripted implements SuccessModel {
    private final boolean cheap;
    private final Function<SuccessModel, Estimate> answer;
    private int asked;

    Scripted(boolean cheap, Function<SuccessModel, Estimate> answer) {
      this.cheap = cheap;
      this.answer = answer;
    }

    @Override
    public String name() {
      return "scripted";
    }

    @Override
    public boolean isCheap() {
      return cheap;
    }

    @Override
    public Estimate estimate(Signals signals) {
      asked++;
      return answer.apply(this);
    }
  }
}
