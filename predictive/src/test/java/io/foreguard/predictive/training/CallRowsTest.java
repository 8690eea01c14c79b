package io.foreguard.predictive.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.circuitbreaker.Permit;
import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.LearningModel;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signals;
import io.foreguard.predictive.calls.CallDeadlines;
import io.foreguard.predictive.calls.CallRecord;
import io.foreguard.predictive.calls.CallRecord.Admission;
import io.foreguard.predictive.feature.CallFeatures;
import io.foreguard.predictive.feature.FeatureSchema;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CallRowsTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long EPOCH = 1_700_000_000L * SECOND;

  @Test
  void givesTheSameBitsAsALiveBreakerWhoseModelLearns() {
    List<CallRecord> log = incident(3_000, 7);

    LabelledRows rows = CallRows.builder().build().rows(log);
    List<double[]> live = live(log);

    assertThat(rows.size()).isEqualTo(live.size()).isGreaterThan(2_000);
    for (int i = 0; i < live.size(); i++) {
      for (int f = 0; f < rows.names().size(); f++) {
        double offline = rows.features()[i][f];
        assertThat(Double.doubleToLongBits(offline))
            .as("%s of row %d: %s, live %s", rows.names().get(f), i, offline, live.get(i)[f])
            .isEqualTo(Double.doubleToLongBits(live.get(i)[f]));
      }
    }
  }

  @Test
  void knowsOnlyWhatHadEnded() {
    CallRecord late = CallRecord.of("a", EPOCH, 10 * SECOND, Outcome.FAILURE);
    CallRecord before = CallRecord.of("a", EPOCH + 9 * SECOND, SECOND / 10, Outcome.SUCCESS);
    CallRecord after = CallRecord.of("a", EPOCH + 10 * SECOND, SECOND / 10, Outcome.SUCCESS);

    LabelledRows rows = CallRows.builder().build().rows(List.of(late, before, after));

    assertThat(value(rows, 1, "failed_last")).isZero();
    assertThat(value(rows, 1, "in_flight")).isEqualTo(Math.log1p(1));
    assertThat(value(rows, 2, "failed_last")).isEqualTo(1);
    assertThat(value(rows, 2, "in_flight")).isZero();
    assertThat(rows.fails()).containsExactly(true, false, false);
  }

  @Test
  void changesNoEarlierRowWhenTheFutureChanges() {
    List<CallRecord> log = incident(600, 3);
    List<CallRecord> other = new ArrayList<>(log.subList(0, 400));
    log.subList(400, 600).forEach(call -> other.add(call.withOutcome(Outcome.FAILURE)));

    LabelledRows one = CallRows.builder().build().rows(log);
    LabelledRows two = CallRows.builder().build().rows(other);

    for (int i = 0; i < 350; i++) {
      assertThat(two.features()[i]).isEqualTo(one.features()[i]);
    }
  }

  @Test
  void beginsAnewAfterAPause() {
    List<CallRecord> log = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      log.add(CallRecord.of("a", EPOCH + i * SECOND / 10, 1_000, Outcome.FAILURE));
    }
    log.add(CallRecord.of("a", EPOCH + 90 * SECOND, 1_000, Outcome.SUCCESS));

    LabelledRows rows = CallRows.builder().build().rows(log);

    assertThat(rows.groups()[199]).isZero();
    assertThat(rows.groups()[200]).isEqualTo(1);
    assertThat(value(rows, 199, "failed_share_10")).isEqualTo(1);
    assertThat(value(rows, 200, "failed_share_10")).isEqualTo(.02);
  }

  @Test
  void endsALongGroupAtAQuietMomentAndForgetsNothing() {
    List<CallRecord> log = new ArrayList<>();
    for (int i = 0; i < 1_400; i++) {
      boolean fails = i < 700;
      log.add(
          CallRecord.of("a", EPOCH + i * SECOND, 1_000, fails ? Outcome.FAILURE : Outcome.SUCCESS));
    }

    LabelledRows rows = CallRows.builder().gap(Duration.ofSeconds(60)).build().rows(log);

    assertThat(rows.groups()[729]).isZero();
    assertThat(rows.groups()[731]).isEqualTo(1);
    assertThat(value(rows, 731, "failed_share_100")).isGreaterThan(.5);
  }

  @Test
  void doesNotTakeRareCallsForPauses() {
    List<CallRecord> log = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      log.add(CallRecord.of("a", EPOCH + i * 300L * SECOND, 1_000, Outcome.FAILURE));
    }

    LabelledRows rows = CallRows.builder().build().rows(log);

    assertThat(value(rows, 4, "failures_in_a_row")).isEqualTo(Math.log1p(4));
  }

  @Test
  void leavesOutWhatSaysNothingAndWeighsWhatWasRarelyTried() {
    CallRecord fault = CallRecord.of("a", EPOCH, 1_000, Outcome.CALLER_FAULT);
    CallRecord refused = call(EPOCH + 1, Outcome.IGNORED, Admission.REJECTED, 1, 1);
    CallRecord probe = call(EPOCH + 2, Outcome.FAILURE, Admission.PROBE, .25, 1);
    CallRecord sampled = call(EPOCH + 3, Outcome.SUCCESS, Admission.ADMITTED, 1, .1);

    LabelledRows rows = CallRows.builder().build().rows(List.of(fault, refused, probe, sampled));

    assertThat(rows.fails()).containsExactly(true, false);
    assertThat(rows.weights()).containsExactly(4, 10);
  }

  @Test
  void hearsOfASampledSuccessAsOftenAsItStandsFor() {
    CallRecord failure = CallRecord.of("a", EPOCH, 1_000, Outcome.FAILURE);
    CallRecord sampled = call(EPOCH + SECOND, Outcome.SUCCESS, Admission.ADMITTED, 1, .1);
    CallRecord last = CallRecord.of("a", EPOCH + 2 * SECOND, 1_000, Outcome.SUCCESS);

    LabelledRows rows = CallRows.builder().build().rows(List.of(failure, sampled, last));

    assertThat(value(rows, 2, "failed_share_100")).isEqualTo(1 / 11.0);
  }

  @Test
  void countsLateSuccessesAsTimeoutsAndKnowsTheRoomThatIsLeft() {
    CallRecord slow = CallRecord.of("a", EPOCH, SECOND, Outcome.SUCCESS);
    CallRecord next = CallRecord.of("a", EPOCH + 2 * SECOND, SECOND / 100, Outcome.SUCCESS);

    LabelledRows rows =
        CallRows.builder()
            .deadlines(CallDeadlines.fixed(Duration.ofMillis(500)))
            .build()
            .rows(List.of(slow, next));

    assertThat(rows.fails()).containsExactly(true, false);
    assertThat(value(rows, 1, "room_last")).isEqualTo(Math.log(.5) - Math.log(1));
    assertThat(value(rows, 1, "timeout_share")).isEqualTo(1);
  }

  @Test
  void knowsTheHealthOfWhatADependencyLeansOnAndOfItsSurroundings() {
    CallRecord below = CallRecord.of("b->c", EPOCH, 1_000, Outcome.FAILURE);
    CallRecord beside = CallRecord.of("a->d", EPOCH + 10, 1_000, Outcome.SUCCESS);
    CallRecord call = CallRecord.of("a->b", EPOCH + SECOND, 1_000, Outcome.SUCCESS);

    LabelledRows rows = CallRows.builder().build().rows(List.of(below, beside, call));

    assertThat(value(rows, 2, "downstream_failed")).isGreaterThan(.5);
    assertThat(value(rows, 2, "surroundings_failed")).isLessThan(.1);
    assertThat(value(rows, 0, "downstream_failed")).isNaN();
  }

  @Test
  void hasNoRowsForAnEmptyLog() {
    assertThat(CallRows.builder().build().rows(List.of()).size()).isZero();
  }

  /** The same log through a breaker with a model that learns, by the call path. */
  private static List<double[]> live(List<CallRecord> log) {
    // The same readings: a breaker spreads calls over its slots by the last bits of their start.
    ManualClock clock = new ManualClock(log.get(0).startNanos());
    Watching model = new Watching(clock);
    CircuitBreaker breaker =
        CircuitBreaker.of(
            "a", CircuitBreakerConfig.builder().mode(Mode.SHADOW).model(model).build(), clock);
    List<double[]> all = new ArrayList<>();
    List<Flying> flying = new ArrayList<>();
    for (CallRecord call : log) {
      flying.sort(Comparator.comparingLong(Flying::end));
      while (!flying.isEmpty() && flying.get(0).end <= call.startNanos()) {
        Flying next = flying.remove(0);
        advance(clock, log, next.end);
        next.permit.record(next.outcome);
      }
      advance(clock, log, call.startNanos());
      if (call.outcome().isEvidence()) {
        double[] row = new double[FeatureSchema.calls().size()];
        model.features.copyTo(breaker.signals(), "", row);
        all.add(row);
      }
      flying.add(new Flying(call.endNanos(), call.outcome(), breaker.acquire()));
    }
    return all;
  }

  private static void advance(ManualClock clock, List<CallRecord> log, long to) {
    long ahead = to - log.get(0).startNanos() - clock.elapsed().toNanos();
    clock.advance(Duration.ofNanos(Math.max(0, ahead)));
  }

  /** Health, then slower and slower, then failing half of the time, then health again. */
  private static List<CallRecord> incident(int calls, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<CallRecord> log = new ArrayList<>();
    long start = EPOCH;
    for (int i = 0; i < calls; i++) {
      start += 1 + (long) (-Math.log(1 - random.nextDouble()) * SECOND / 50);
      boolean ill = i > calls / 2 && i < 3 * calls / 4;
      double factor = Math.exp(random.nextDouble()) * (ill ? 5 : 1);
      Outcome outcome =
          random.nextDouble() < (ill ? .5 : .01)
              ? (random.nextBoolean() ? Outcome.FAILURE : Outcome.TIMEOUT)
              : random.nextInt(20) == 0 ? Outcome.CALLER_FAULT : Outcome.SUCCESS;
      // Odd, so that no two calls end together: their order would be anybody's.
      log.add(CallRecord.of("a", start, (long) (factor * SECOND / 40), outcome));
    }
    return log;
  }

  private static CallRecord call(
      long start, Outcome outcome, Admission admission, double propensity, double sampling) {
    return new CallRecord(
        "a", "", start, 1_000, outcome, admission, propensity, Double.NaN, sampling);
  }

  private static double value(LabelledRows rows, int row, String feature) {
    return rows.features()[row][rows.names().indexOf(feature)];
  }

  private record Flying(long end, Outcome outcome, Permit permit) {}

  /** Learns, and abstains. */
  private static final class Watching implements LearningModel {
    private final CallFeatures features;

    Watching(ManualClock clock) {
      features = CallFeatures.builder(clock).hourOfDay(false).build();
    }

    @Override
    public String name() {
      return "watching";
    }

    @Override
    public boolean isCheap() {
      return true;
    }

    @Override
    public void learn(Outcome outcome, long durationNanos, boolean probe, long nanoTime) {
      features.learn(outcome, durationNanos, nanoTime);
    }

    @Override
    public Estimate estimate(Signals signals) {
      return Estimate.abstain(this, "it only watches");
    }
  }
}
