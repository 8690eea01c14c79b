package io.foreguard.benchmarks.lab.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.evidence.Outcome;
import io.foreguard.predictive.calls.CallRecord;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayPartsTest {
  private static final long MILLI = 1_000_000;

  @Test
  void cutsCallsAtTheTimeoutOfACandidate() {
    ReplayLog.Builder builder = new ReplayLog.Builder("d");
    for (int i = 0; i < 400; i++) {
      builder.add(CallRecord.of("d", i * 10L * MILLI, (i % 4 + 1) * 100L * MILLI, Outcome.SUCCESS));
    }
    Replayed replayed = Replays.of(builder.build(), Duration.ofSeconds(1), false, 1);
    Configuration impatient =
        Configuration.defaults()
            .with(
                d -> {
                  d.timeout = Duration.ofMillis(250);
                  d.minimumSuccessProbability = 1e-6;
                  d.limitsConcurrency = false;
                });
    Candidate candidate = Candidate.foreguard("impatient", "", Candidate.Kind.FOREGUARD, impatient);
    Score score =
        Playback.of(
            replayed.stage(),
            candidate,
            replayed.assumptions().expected(),
            new java.util.concurrent.atomic.LongAdder());

    assertThat(score.sent).isEqualTo(400);
    assertThat(score.failed).isEqualTo(200);
    assertThat(score.heldSeconds).isCloseTo(200 * .25, within(1e-6));
    assertThat(score.utility).isCloseTo(200 - 200 * (.25 + .25), within(1e-6));
  }

  @Test
  void countsWhatIsRejectedWronglyAndWhatIsWasted() {
    Replayed replayed = Replays.of(Replays.outage(20_000, 8_000, 9_000), null, false, 1);
    Score open = Replays.result(replayed, "none").expected();
    Score slow = Replays.result(replayed, "resilience4j-10").expected();

    assertThat(open.sent).isEqualTo(20_000);
    assertThat(open.failed).isEqualTo(1_000);
    assertThat(open.rejected).isZero();
    assertThat(open.protect[0]).isInfinite();
    assertThat(slow.failed).isEqualTo(5);
    // Ten seconds of outage, then the rest of its minute: 100 calls a second.
    assertThat(slow.wronglyRejected).isCloseTo(5_000, within(20.));
    assertThat(slow.recover[0]).isCloseTo(50, within(.5));
    assertThat(slow.succeeded).isEqualTo(19_000 - Math.round(slow.wronglyRejected));
  }

  @ParameterizedTest
  @CsvSource({"20, 16, 0", "20, 15, Infinity", "8, 8, 0", "3, 3, NaN"})
  void agreesWhenAShareOfTheDecisionsIsRight(int decisions, int right, Double expected) {
    Agreement agreement = new Agreement(.8, decisions);
    for (int i = 0; i < decisions; i++) {
      agreement.note(i < right, i * 1_000_000_000L);
    }

    assertThat(agreement.since(0)).isEqualTo(expected);
  }

  @Test
  void tellsTheLatencyOfAStep() {
    Strip strip = new Strip(0, 120_000_000_000L);
    for (int i = 1; i <= 100; i++) {
      strip.latency(3, i * MILLI);
    }

    assertThat(strip.p95(3)).isCloseTo(.095, within(.015));
    assertThat(strip.p95(4)).isNaN();
    assertThat(strip.step(3_500_000_000L)).isEqualTo(3);
    assertThat(strip.step(120_000_000_000L)).isEqualTo(-1);
    assertThat(strip.step(-1)).isEqualTo(-1);
  }

  @Test
  void putsCallsIntoTheOrderOfTheirStarts() {
    ReplayLog log =
        Replays.log(
            List.of(
                CallRecord.of("lab", 30, 3, Outcome.SUCCESS),
                CallRecord.of("lab", 10, 1, Outcome.FAILURE),
                CallRecord.of("lab", 20, 2, Outcome.SUCCESS)));

    assertThat(log.originNanos()).isEqualTo(10);
    assertThat(new long[] {log.start(0), log.start(1), log.start(2)}).containsExactly(0, 10, 20);
    assertThat(new long[] {log.duration(0), log.duration(1), log.duration(2)})
        .containsExactly(1, 2, 3);
    assertThat(log.failed(0)).isTrue();
    assertThat(log.firstFrom(11)).isEqualTo(2);
    assertThat(log.firstFrom(21)).isEqualTo(3);
  }

  @Test
  void takesTheDeadlineFromTimeouts() {
    ReplayLog.Builder builder = new ReplayLog.Builder("d");
    for (int i = 0; i < 5; i++) {
      builder.add(CallRecord.of("d", i, (500 + i) * MILLI, Outcome.TIMEOUT));
    }

    assertThat(Latencies.deadline(builder.build())).isEqualTo(503 * MILLI);
    assertThat(Latencies.deadline(Replays.outage(100, 10, 20))).isZero();
  }

  @Test
  void refusesOptionsThatMakeNoSense() {
    assertRefused("name at least one log");
    assertRefused("--fast is not an option", "log", "--fast");
    assertRefused("--threads must be a whole number", "log", "--threads", "two");
    assertRefused("--threads must be in [1, 1024]", "log", "--threads", "0");
    assertRefused("--out must be followed by a value", "log", "--out");
    assertRefused("--peers must be a regular expression", "log", "--peers", "[");
    assertRefused("--deadline must be longer than zero", "log", "--deadline", "0s");
    assertRefused("--failure-cost must be positive", "log", "--failure-cost", "NaN");
    assertRefused("--separator must be one character", "log", "--separator", ";;");
    assertRefused("--status-word must be a word", "log", "--status-word", "bad=worse");
    assertRefused("the scale of a column must be", "log", "--time", "t:parsecs");
  }

  private static void assertRefused(String message, String... args) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ReplayOptions(args))
        .withMessageContaining(message);
  }
}
