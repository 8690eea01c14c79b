package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.StatisticalModel;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.evidence.Signal;
import io.foreguard.evidence.Signals;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The bounds of what is believed, asked and demoted, each seen from both sides. */
class ModelSupervisorBoundsTest implements SuccessModel {
  private static final Duration BUDGET = Duration.ofMillis(50);
  private static final Duration INTERVAL = Duration.ofMillis(100);
  private static final Duration MISSING = Duration.ofSeconds(1);
  private static final double THRESHOLD = .5;

  private final ManualClock clock = new ManualClock();
  private final Deque<Runnable> questions = new ArrayDeque<>();
  private final List<String> changes = new ArrayList<>();
  private final ModelSupervisor supervisor =
      new ModelSupervisor(
          "engine",
          this,
          BUDGET.toNanos(),
          questions::add,
          clock,
          (demoted, reason) -> changes.add((demoted ? "demoted: " : "restored: ") + reason));
  private final Estimate byDefault = byDefault(.9, .8, .95);
  private Estimate good = Estimate.of(this, .99);
  private Supplier<@Nullable Estimate> answer = () -> good;
  private int answers;

  @Override
  public String name() {
    return "scripted";
  }

  @Override
  @SuppressWarnings("NullAway") // it may break its promise
  public @Nullable Estimate estimate(Signals signals) {
    return answer.get();
  }

  private static Estimate byDefault(double probability, double lower, double upper) {
    return Estimate.of(StatisticalModel.instance(), probability, lower, upper, List.of());
  }

  private void consult() {
    supervisor.consult(
        Signals.of(clock.nanoTime(), new double[Signal.values().length]), () -> answers++);
  }

  /** Asks as soon as it may and lets the model answer. */
  private void ask() {
    clock.advance(INTERVAL);
    consult();
    questions.remove().run();
  }

  private Estimate believed() {
    return supervisor.combine(byDefault, THRESHOLD, clock.nanoTime());
  }

  @Test
  void theModelIsBelievedOnceItHasAnswered() {
    assertThat(supervisor.supervises()).isTrue();
    assertThat(believed()).isSameAs(byDefault);
    ask();
    assertThat(answers).isOne();
    assertThat(believed()).isSameAs(good);
  }

  @Test
  void theDefaultModelNeedsNoSupervision() {
    ModelSupervisor idle =
        new ModelSupervisor(
            "engine", StatisticalModel.instance(), 1, Runnable::run, clock, (d, r) -> {});
    assertThat(idle.supervises()).isFalse();
  }

  @Test
  void aModelIsAskedEveryTenthOfASecond() {
    consult();
    questions.remove().run();
    clock.advance(INTERVAL.minusNanos(1));
    consult();
    assertThat(questions).isEmpty();
    clock.advance(Duration.ofNanos(1));
    consult();
    assertThat(questions).hasSize(1);
  }

  @Test
  void anAnswerOutlivesASilenceOfOneSecondAndNoMore() {
    ask();
    clock.advance(INTERVAL);
    consult(); // and nobody answers
    clock.advance(MISSING);
    consult();
    assertThat(believed()).isSameAs(good);
    assertThat(changes).isEmpty();

    clock.advance(Duration.ofNanos(1));
    assertThat(believed()).isSameAs(byDefault);
    consult();
    assertThat(changes).containsExactly("demoted: it has not answered for 1 s");
    consult();
    assertThat(changes).hasSize(1);
  }

  @Test
  void aSecondSilenceIsNoticedAsTheFirstWasAndASilenceWhileDemotedIsNoNews() {
    consult();
    clock.advance(MISSING.plusNanos(1));
    consult();
    assertThat(changes).hasSize(1);
    questions.remove().run(); // a late answer, while it is demoted
    clock.advance(Duration.ofSeconds(30));
    consult();
    clock.advance(MISSING.plusNanos(1));
    consult(); // silent again, but demoted already
    assertThat(changes).hasSize(1);
    questions.remove().run();
    ask();
    assertThat(changes).hasSize(2);
    assertThat(changes.get(1)).isEqualTo("restored: it answered well 3 times");

    clock.advance(INTERVAL);
    consult();
    clock.advance(MISSING.plusNanos(1));
    consult();
    assertThat(changes).hasSize(3);
  }

  @Test
  void aModelIsOverruledOnlyWhenCallsPlainlyFail() {
    Estimate atTheThreshold = byDefault(.3, .2, THRESHOLD);
    Estimate belowIt = byDefault(.3, .2, .49);
    ask();

    assertThat(supervisor.combine(atTheThreshold, THRESHOLD, clock.nanoTime())).isSameAs(good);
    assertThat(supervisor.combine(belowIt, THRESHOLD, clock.nanoTime())).isSameAs(belowIt);
    good = Estimate.of(this, .3);
    ask();
    assertThat(supervisor.combine(belowIt, THRESHOLD, clock.nanoTime())).isSameAs(good);
  }

  @Test
  void anAnswerMayTakeItsBudgetAndNoMore() {
    answer =
        () -> {
          clock.advance(BUDGET);
          return good;
        };
    for (int i = 0; i < 5; i++) {
      ask();
    }
    assertThat(changes).isEmpty();

    answer =
        () -> {
          clock.advance(BUDGET.plusNanos(1_000));
          return good;
        };
    for (int i = 0; i < 3; i++) {
      assertThat(changes).isEmpty();
      ask();
    }
    assertThat(changes).containsExactly("demoted: it took 50001 us, more than its budget");
    assertThat(believed()).isSameAs(byDefault);
  }

  @Test
  void aDemotedModelIsAskedAgainAfterHalfAMinuteAndBelievedAfterThreeAnswers() {
    answer = () -> null;
    for (int i = 0; i < 3; i++) {
      ask();
    }
    assertThat(changes).containsExactly("demoted: it answered null");
    answer = () -> good;
    clock.advance(Duration.ofSeconds(30).minusNanos(1));
    consult();
    assertThat(questions).isEmpty();
    clock.advance(Duration.ofNanos(1));
    consult();
    questions.remove().run();
    ask();
    assertThat(believed()).isSameAs(byDefault);
    assertThat(changes).hasSize(1);
    ask();
    assertThat(believed()).isSameAs(good);
    assertThat(changes).hasSize(2);
  }
}
