package io.foreguard.benchmarks.lab.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.benchmarks.lab.replay.Fates.Guess;
import io.foreguard.evidence.Outcome;
import io.foreguard.predictive.calls.CallRecord;
import io.foreguard.predictive.calls.CallRecord.Admission;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FatesTest {
  private static final long MILLI = 1_000_000;

  @Test
  void isWhatTheLogSaysOfCallsThatWereMade() {
    ReplayLog log = Replays.outage(100, 40, 60);

    Fates fates = Fates.of(log, Guess.EXPECTED);

    for (int i = 0; i < 100; i++) {
      assertThat(fates.outcome(i)).isEqualTo(log.outcome(i));
      assertThat(fates.duration(i)).isEqualTo(5 * MILLI);
      assertThat(fates.isImagined(i)).isFalse();
    }
  }

  @Test
  void lendsRefusedCallsTheFateOfTheirNeighbours() {
    ReplayLog log = interrupted(Outcome.TIMEOUT, Outcome.TIMEOUT);

    Fates fates = Fates.of(log, Guess.EXPECTED);

    long failing = refused().filter(i -> fates.outcome(i) == Outcome.TIMEOUT).count();
    assertThat(failing).isGreaterThan(180);
    assertThat(refused().filter(fates::isImagined)).hasSize(200);
    assertThat(refused().mapToLong(fates::duration)).containsOnly(7 * MILLI);
  }

  @Test
  void isBrighterAndDarkerThanExpectedWhereTheSidesDisagree() {
    ReplayLog log = interrupted(Outcome.FAILURE, Outcome.SUCCESS);

    long bright = failures(log, Guess.OPTIMISTIC);
    long expected = failures(log, Guess.EXPECTED);
    long dark = failures(log, Guess.PESSIMISTIC);

    assertThat(expected).isBetween(70L, 130L);
    assertThat(bright).isLessThan(20);
    assertThat(dark).isEqualTo(200);
  }

  @Test
  void looksAtCallsOfTheSameKeyWhereThereAreEnough() {
    ReplayLog.Builder builder = new ReplayLog.Builder("d");
    for (int i = 0; i < 1_000; i++) {
      boolean good = i % 2 == 0;
      Admission admission = i >= 400 && i < 600 ? Admission.REJECTED : Admission.ADMITTED;
      Outcome outcome =
          admission == Admission.REJECTED
              ? Outcome.IGNORED
              : good ? Outcome.SUCCESS : Outcome.FAILURE;
      builder.add(
          new CallRecord(
              "d", good ? "good" : "bad", i * MILLI, MILLI, outcome, admission, 1, Double.NaN));
    }
    ReplayLog log = builder.build();
    Fates fates = Fates.of(log, Guess.EXPECTED);

    long right =
        IntStream.range(400, 600).filter(i -> fates.outcome(i).isSuccess() == (i % 2 == 0)).count();

    assertThat(right).isGreaterThan(180);
  }

  @Test
  void failsWhereNothingIsKnown() {
    ReplayLog log = Replays.log(List.of(refusal(0), refusal(1)));

    Fates fates = Fates.of(log, Guess.EXPECTED);

    assertThat(fates.outcome(1)).isEqualTo(Outcome.FAILURE);
    assertThat(fates.duration(1)).isZero();
  }

  private static long failures(ReplayLog log, Guess guess) {
    Fates fates = Fates.of(log, guess);
    return refused().filter(i -> fates.outcome(i).isFailure()).count();
  }

  private static IntStream refused() {
    return IntStream.range(100, 300);
  }

  /** 100 calls that end one way, 200 refusals, and 100 calls that end another. */
  private static ReplayLog interrupted(Outcome before, Outcome after) {
    ReplayLog.Builder builder = new ReplayLog.Builder("d");
    for (int i = 0; i < 400; i++) {
      boolean made = i < 100 || i >= 300;
      Outcome outcome = i < 100 ? before : after;
      builder.add(made ? CallRecord.of("d", i * MILLI, 7 * MILLI, outcome) : refusal(i));
    }
    return builder.build();
  }

  private static CallRecord refusal(int i) {
    return new CallRecord(
        "d", "", i * MILLI, 0, Outcome.IGNORED, Admission.REJECTED, 1, Double.NaN);
  }
}
