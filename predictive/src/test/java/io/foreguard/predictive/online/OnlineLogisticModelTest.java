package io.foreguard.predictive.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.Estimate.Contribution;
import io.foreguard.estimation.StatisticalModel;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signal;
import io.foreguard.evidence.Signals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OnlineLogisticModelTest {
  private static final long TICK = 10_000_000L;
  private static final long CALL = 5_000_000L;

  private final Moments moments = new Moments();
  private OnlineLogisticModel model = OnlineLogisticModel.create();
  private final SplittableRandom random = new SplittableRandom(4);
  private long now = Long.MAX_VALUE - 1_000 * TICK;

  @Test
  void isTheDefaultModelBeforeItHasLearned() {
    Estimate first = model.estimate(moments.at(now));

    assertThat(first.isAbstention()).isTrue();
    assertThat(first.abstention()).isEqualTo("learning: not proven better yet");
    assertThat(model.status().shift()).isZero();
    assertThat(model.contributions())
        .singleElement()
        .satisfies(c -> assertThat(c.logOdds()).isEqualTo(defaultLogOdds(moments.at(now))));
  }

  @Test
  void provesItselfOnASignalThatTheDefaultModelIgnores() {
    for (int incident = 0; incident < 12; incident++) {
      warn();
    }

    assertThat(model.status().isProven()).isTrue();
    assertThat(model.status().promotions()).isEqualTo(1);
    moments.with(Signal.LATENCY_FAST, .08);
    Signals signals = moments.at(now);
    Estimate estimate = model.estimate(signals);
    assertThat(estimate.isAbstention()).isFalse();
    assertThat(estimate.probability())
        .isLessThan(StatisticalModel.instance().estimate(signals).probability() - .02);
    assertThat(estimate.lower()).isLessThanOrEqualTo(estimate.probability());
    assertThat(estimate.upper()).isGreaterThanOrEqualTo(estimate.probability());
  }

  @Test
  void oneLongIncidentIsNoProof() {
    healthy(500);
    moments.with(Signal.LATENCY_FAST, .08);
    play(20_000, .8);

    assertThat(model.status().episodes()).isEqualTo(1);
    assertThat(model.status().isProven()).isFalse();
  }

  @Test
  void reasonsSumToTheEstimate() {
    for (int incident = 0; incident < 12; incident++) {
      warn();
    }
    moments.with(Signal.LATENCY_FAST, .08).with(Signal.OVERDUE, 31);
    Estimate estimate = model.estimate(moments.at(now));

    double sum = estimate.contributions().stream().mapToDouble(Contribution::logOdds).sum();
    double p = estimate.probability();
    assertThat(sum).isCloseTo(Math.log(p / (1 - p)), within(1e-9));
    assertThat(estimate.contributions())
        .extracting(Contribution::words)
        .contains("latency 4.0x healthy");
    List<Double> sizes =
        estimate.contributions().stream().map(c -> -Math.abs(c.logOdds())).toList();
    assertThat(sizes).isSorted();
  }

  @Test
  void unlearnsInSecondsWhatNoLongerHolds() {
    for (int incident = 0; incident < 12; incident++) {
      warn();
    }
    moments.with(Signal.LATENCY_FAST, .08);
    model.estimate(moments.at(now));
    assertThat(model.status().isProven()).isTrue();
    double believed = model.status().shift();

    play(600, 0);

    assertThat(believed).isLessThan(-1);
    assertThat(model.status().shift()).isGreaterThan(-.3);
  }

  @Test
  void startsAnewWhenItIsWorse() {
    model = OnlineLogisticModel.of(OnlineLogisticConfig.builder().relapseBar(1.5).build());
    for (int incident = 0; incident < 12; incident++) {
      warn();
    }
    moments.with(Signal.LATENCY_FAST, .08);
    play(600, 0);

    assertThat(model.status().relapses()).isPositive();
    assertThat(model.status().isProven()).isFalse();
    assertThat(model.estimate(moments.at(now)).abstention())
        .isEqualTo("learning anew: it was worse than the default model");
  }

  @Test
  void driftsBackToTheDefaultModelWithoutEvidence() {
    for (int incident = 0; incident < 3; incident++) {
      warn();
    }
    moments.with(Signal.LATENCY_FAST, .08);
    model.estimate(moments.at(now));
    double learned = model.status().shift();
    now += Duration.ofHours(10).toNanos();
    model.estimate(moments.at(now));

    assertThat(learned).isLessThan(-.5);
    assertThat(Math.abs(model.status().shift())).isLessThan(1e-3);
  }

  @Test
  void isHardlyEverBelievedWhereThereIsNothingToLearn() {
    int believed = 0;
    for (int world = 0; world < 20; world++) {
      OnlineLogisticModel fresh = OnlineLogisticModel.create();
      SplittableRandom chance = new SplittableRandom(100 + world);
      long time = 0;
      boolean ever = false;
      for (int tick = 0; tick < 8_000; tick++) {
        time += TICK;
        double share = tick / 800 % 2 == 0 ? .02 : .3; // and the default model knows
        moments.with(Signal.SUCCESS_RATE_FAST, 1 - share);
        moments.with(Signal.LATENCY_FAST, .02 * Math.exp(chance.nextDouble() - .5));
        ever |= !fresh.estimate(moments.at(time)).isAbstention();
        Outcome outcome = chance.nextDouble() < share ? Outcome.FAILURE : Outcome.SUCCESS;
        fresh.learn(outcome, CALL, false, time + CALL);
      }
      believed += ever ? 1 : 0;
    }
    assertThat(believed).isLessThanOrEqualTo(2);
  }

  @Test
  void whoeverChoosesOutcomesAgainstItGainsLittle() {
    double byModel = 0;
    double byDefault = 0;
    for (int tick = 0; tick < 20_000; tick++) {
      now += TICK;
      if (tick % 700 == 0) {
        moments.with(Signal.LATENCY_FAST, .02 * Math.exp(3 * random.nextDouble()));
        moments.with(Signal.SUCCESS_RATE_FAST, .5 + random.nextDouble() / 2);
      }
      Signals signals = moments.at(now);
      double usual = StatisticalModel.instance().estimate(signals).probability();
      Estimate answer = model.estimate(signals);
      double acted = answer.isAbstention() ? usual : answer.probability();
      // The worst outcome for what the model believes just now, against the default model.
      boolean success =
          model.status().shift() == 0 ? random.nextBoolean() : model.status().shift() < 0;
      byModel -= Proof.win(.5, acted, success);
      byDefault -= Proof.win(.5, usual, success);
      model.learn(success ? Outcome.SUCCESS : Outcome.FAILURE, CALL, false, now + CALL);
    }
    assertThat(byModel - byDefault).isLessThan(.02 * 20_000);
  }

  @Test
  void learnsFromWhatWasKnownWhenTheCallStarted() {
    long start = now;
    model.estimate(moments.at(start));
    moments.with(Signal.OVERDUE, 50);
    for (int i = 1; i <= 100; i++) {
      model.estimate(moments.at(start + i * TICK));
    }
    for (int i = 0; i < 200; i++) { // all started before anything was overdue
      model.learn(Outcome.TIMEOUT, 100 * TICK, false, start + 100 * TICK);
    }
    model.estimate(moments.at(start + 101 * TICK));

    assertThat(model.status().calls()).isEqualTo(200);
    assertThat(model.contributions()).extracting(Contribution::signal).doesNotContain("overdue");
    assertThat(model.contributions()).extracting(Contribution::signal).contains("usual");
  }

  @Test
  void whatSaysNothingOfTheDependencyTeachesNothing() {
    model.estimate(moments.at(now));
    model.learn(Outcome.CALLER_FAULT, CALL, false, now + CALL);
    model.learn(Outcome.IGNORED, CALL, false, now + CALL);
    model.learn(Outcome.FAILURE, -1, false, now + CALL);
    model.learn(Outcome.FAILURE, Long.MAX_VALUE, false, now + CALL);
    model.estimate(moments.at(now + TICK));

    assertThat(model.status().calls()).isZero();
  }

  @Test
  void neitherLearnsNorSpeaksWhileLoadShows() {
    for (int incident = 0; incident < 12; incident++) {
      warn();
    }
    assertThat(model.status().isProven()).isTrue();
    moments.with(Signal.ARRIVAL_RATE, 300).with(Signal.LATENCY_FAST, .08);
    assertThat(model.estimate(moments.at(now)).abstention()).startsWith("load shows");
    double before = model.status().shift();
    play(300, 1);
    assertThat(model.status().shift()).isGreaterThan(before - .1);

    moments.with(Signal.ARRIVAL_RATE, 100).with(Signal.LATENCY_FAST, .02);
    play(499, 0);
    assertThat(model.estimate(moments.at(now)).isAbstention()).isTrue();
    play(10, 0);
    assertThat(model.estimate(moments.at(now)).isAbstention()).isFalse();
  }

  @Test
  void unknownSignalsChangeNothingAndBreakNothing() {
    double[] nothing = new double[Signal.values().length];
    Arrays.fill(nothing, Double.NaN);
    nothing[Signal.SUCCESS_RATE_FAST.ordinal()] = .9;
    nothing[Signal.FAST_SAMPLES.ordinal()] = 10;
    nothing[Signal.OVERDUE_FAILURES.ordinal()] = 0;
    nothing[Signal.CHANGE_SUCCESSES.ordinal()] = 0;
    nothing[Signal.CHANGE_FAILURES.ordinal()] = 0;
    nothing[Signal.FAILURE_CHANGE_LOG_ODDS.ordinal()] = -3;
    for (int i = 0; i < 50; i++) {
      now += TICK;
      model.estimate(Signals.of(now, nothing));
      model.learn(Outcome.FAILURE, CALL, i % 3 == 0, now + CALL);
    }
    for (Signal signal : Signal.values()) {
      moments.with(signal, Double.POSITIVE_INFINITY);
    }
    moments.with(Signal.SUCCESS_RATE_FAST, .9).with(Signal.FAST_SAMPLES, 10);
    moments.with(Signal.OVERDUE_FAILURES, 0);
    moments.with(Signal.CHANGE_SUCCESSES, 1).with(Signal.CHANGE_FAILURES, 1);
    moments.with(Signal.LATENCY_FAST, Double.NaN);
    model.estimate(moments.at(now + TICK));

    assertThat(model.status().shift()).isFinite();
    assertThat(model.contributions()).allSatisfy(c -> assertThat(c.logOdds()).isFinite());
  }

  @Test
  void givesTheSameAnswersEachTime() {
    assertThat(answers(7)).isEqualTo(answers(7)).isNotEqualTo(answers(8));
  }

  @Test
  void refusesSettingsByName() {
    OnlineLogisticConfig.Builder builder = OnlineLogisticConfig.builder();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.mostShift(0))
        .withMessage("mostShift must be in (0, 10], but was 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.priorDeviation(Double.NaN))
        .withMessageContaining("priorDeviation");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.memory(Duration.ZERO))
        .withMessageContaining("memory");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.falsePromotion(1.1))
        .withMessageContaining("falsePromotion");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.relapseBar(1))
        .withMessage("relapseBar must be above 1 and finite, but was 1.0");
    OnlineLogisticConfig changed = builder.mostShift(1).memory(Duration.ofDays(1)).build();
    OnlineLogisticConfig copy = changed.toBuilder().relapseBar(99).build();
    assertThat(copy.mostShift()).isEqualTo(1);
    assertThat(copy.memory()).isEqualTo(Duration.ofDays(1));
    assertThat(copy.relapseBar()).isEqualTo(99);
    assertThat(copy.priorDeviation()).isEqualTo(.5);
    assertThat(copy.falsePromotion()).isEqualTo(.05);
  }

  private static List<Double> answers(long seed) {
    OnlineLogisticModelTest run = new OnlineLogisticModelTest();
    SplittableRandom chance = new SplittableRandom(seed);
    List<Double> answers = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      run.moments.with(Signal.LATENCY_FAST, .02 + .1 * chance.nextDouble());
      run.play(1, .2);
      answers.add(run.model.status().shift());
    }
    return answers;
  }

  /** Thirty seconds of health, and two in which latency is four times as long and calls fail. */
  private void warn() {
    healthy(1_500);
    moments.with(Signal.LATENCY_FAST, .08);
    play(200, .8);
    moments.with(Signal.LATENCY_FAST, .02);
    healthy(1_500);
  }

  private void healthy(int ticks) {
    moments.with(Signal.LATENCY_FAST, .02);
    play(ticks, .05);
  }

  private void play(int ticks, double failureShare) {
    for (int i = 0; i < ticks; i++) {
      now += TICK;
      model.estimate(moments.at(now));
      boolean failed = random.nextDouble() < failureShare;
      model.learn(failed ? Outcome.FAILURE : Outcome.SUCCESS, CALL, false, now + CALL);
    }
  }

  private static double defaultLogOdds(Signals signals) {
    double p = StatisticalModel.instance().estimate(signals).probability();
    return Math.log(p / (1 - p));
  }
}
