package io.foreguard.benchmarks.lab.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.benchmarks.lab.replay.Incidents.Incident;
import io.foreguard.benchmarks.lab.replay.Segments.Segment;
import io.foreguard.evidence.Outcome;
import io.foreguard.predictive.calls.CallRecord;
import io.foreguard.predictive.calls.CallRecord.Admission;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentsTest {
  @ParameterizedTest
  @CsvSource({"1000, 400, 480", "50000, 20000, 20030", "200000, 100001, 100060"})
  void findsAnOutageToTheCall(int calls, int from, int to) {
    ReplayLog log = Replays.outage(calls, from, to);

    List<Segment> segments = Segments.of(log);

    assertThat(segments).extracting(Segment::first).containsExactly(0, from, to);
    assertThat(segments).extracting(Segment::end).containsExactly(from, to, calls);
    assertThat(Incidents.of(log, segments))
        .extracting(Incident::first, Incident::end, Incident::failures)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(from, to, to - from));
  }

  @Test
  void findsABrownoutWithinSomeCalls() {
    ReplayLog log = random(40_000, 15_000, 20_000, .01, .15);

    List<Incident> incidents = Incidents.of(log, Segments.of(log));

    assertThat(incidents).hasSize(1);
    assertThat(incidents.get(0).first()).isCloseTo(15_000, within(100));
    assertThat(incidents.get(0).end()).isCloseTo(20_000, within(100));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, .001, .05, .5, 1})
  void findsNothingWhereNothingChanges(double share) {
    ReplayLog log = random(30_000, 0, 0, share, share);

    assertThat(Segments.of(log)).hasSize(1);
    assertThat(Incidents.of(log, Segments.of(log))).isEmpty();
  }

  @Test
  void hasNoSegmentsWithoutEvidence() {
    ReplayLog.Builder builder = new ReplayLog.Builder("d");
    for (int i = 0; i < 10; i++) {
      builder.add(CallRecord.of("d", i, 1, Outcome.IGNORED));
    }

    assertThat(Segments.of(builder.build())).isEmpty();
  }

  @Test
  void takesRefusalsForPartOfAnIncident() {
    ReplayLog.Builder builder = new ReplayLog.Builder("d");
    for (int i = 0; i < 900; i++) {
      boolean bad = i >= 300 && i < 600;
      if (bad && i > 305 && i % 50 != 0) {
        builder.add(
            new CallRecord(
                "d", "", i * 10_000_000L, 0, Outcome.IGNORED, Admission.REJECTED, 1, Double.NaN));
      } else {
        Outcome outcome = bad ? Outcome.FAILURE : Outcome.SUCCESS;
        builder.add(CallRecord.of("d", i * 10_000_000L, 1_000_000, outcome));
      }
    }
    ReplayLog log = builder.build();

    List<Incident> incidents = Incidents.of(log, Segments.of(log));

    assertThat(incidents).hasSize(1);
    assertThat(incidents.get(0).first()).isEqualTo(300);
    assertThat(incidents.get(0).end()).isBetween(551, 600);
  }

  private static ReplayLog random(int calls, int from, int to, double usual, double inside) {
    SplittableRandom random = new SplittableRandom(7);
    ReplayLog.Builder builder = new ReplayLog.Builder("d");
    for (int i = 0; i < calls; i++) {
      double share = i >= from && i < to ? inside : usual;
      Outcome outcome = random.nextDouble() < share ? Outcome.FAILURE : Outcome.SUCCESS;
      builder.add(CallRecord.of("d", i * 1_000_000L, 500_000, outcome));
    }
    return builder.build();
  }
}
