package io.foreguard.benchmarks.lab.replay;

import static io.foreguard.benchmarks.lab.replay.Replays.IN_THE_LAB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.benchmarks.lab.LabLogs;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replays beside the lab, where the truth is known. */
class ReplayTest {
  @ParameterizedTest
  @CsvSource({"refusal, 0", "refusal, 1", "hang, 1", "hang, 2", "brownout, 1", "brownout, 2"})
  void agreesWithTheLabWhereLoadHasNoPart(String family, int draw) {
    Replayed replayed = Replays.ofWorld(family, draw, "none", false, 1);

    assertThat(replayed.stage().incidents()).hasSize(1);
    assertThat(replayed.assumptions().bounds()).isEmpty();
    Map<String, LabLogs.Truth> truths = truths(family, draw);
    truths.forEach(
        (name, truth) -> {
          Score score = Replays.result(replayed, name).expected();
          assertThat(score.calls).isEqualTo(truth.requests());
          assertThat((double) score.failed)
              .as("failed under %s", name)
              .isCloseTo((double) truth.failed(), within(3 + .02 * truth.failed()));
          assertThat(score.utility)
              .as("utility under %s", name)
              .isCloseTo(truth.utility(), within(.005 * truth.requests()));
        });
    assertRankedAlike(replayed, truths);
  }

  @ParameterizedTest
  @CsvSource({"refusal, 0", "refusal, 1", "hang, 1"})
  void findsTheSecondsToProtectAndToRecoverThatTheLabMeasures(String family, int draw) {
    Replayed replayed = Replays.ofWorld(family, draw, "none", false, 1);

    for (String name : new String[] {"foreguard-timeout", "resilience4j-10"}) {
      LabLogs.Truth truth = LabLogs.truth(family, draw, IN_THE_LAB.get(name));
      Score score = Replays.result(replayed, name).expected();
      assertThat(score.protect[0]).isCloseTo(truth.protect(), within(.1));
      assertThat(score.recover[0]).isCloseTo(truth.recover(), within(.5));
    }
  }

  @ParameterizedTest
  @CsvSource({"surge, 2", "capacity-loss, 1", "capacity-loss, 2"})
  void boundsCoverTheTruthWhereLoadIsTheCause(String family, int draw) {
    Replayed replayed = Replays.ofWorld(family, draw, "none", false, 1);

    assertThat(replayed.assumptions().fits()).isNotEmpty();
    truths(family, draw)
        .forEach(
            (name, truth) -> {
              Result result = Replays.result(replayed, name);
              double slack = .03 * truth.requests();
              assertThat(truth.utility())
                  .as("utility under %s", name)
                  .isBetween(
                      result.least(s -> s.utility) - slack, result.most(s -> s.utility) + slack);
            });
  }

  @ParameterizedTest
  @CsvSource({"refusal, 0", "refusal, 2", "hang, 1"})
  void imaginesWhatAnActingBreakerRefused(String family, int draw) {
    Replayed replayed = Replays.ofWorld(family, draw, "resilience4j-time", false, 1);

    assertThat(replayed.stage().log().refused()).isPositive();
    assertThat(replayed.stage().incidents()).isNotEmpty();
    for (String name : new String[] {"none", "foreguard-timeout"}) {
      LabLogs.Truth truth = LabLogs.truth(family, draw, IN_THE_LAB.get(name));
      Result result = Replays.result(replayed, name);
      double slack = .01 * truth.requests();
      assertThat(result.expected().imagined).isPositive();
      assertThat(truth.utility())
          .as("utility under %s", name)
          .isBetween(result.least(s -> s.utility) - slack, result.most(s -> s.utility) + slack);
      assertThat(result.expected().utility)
          .isCloseTo(truth.utility(), within(.08 * truth.requests()));
    }
  }

  @Test
  void doesNotDependOnTheNumberOfThreads() {
    Replayed one = Replays.ofWorld("flapping", 0, "none", true, 1);
    Replayed three = Replays.ofWorld("flapping", 0, "none", true, 3);

    assertThat(one.wasSearched()).isTrue();
    assertThat(three.results()).hasSameSizeAs(one.results());
    for (int i = 0; i < one.results().size(); i++) {
      Result first = one.results().get(i);
      Result second = three.results().get(i);
      assertThat(String.valueOf(second.candidate().configuration()))
          .isEqualTo(String.valueOf(first.candidate().configuration()));
      assertThat(second.expected().utility).isEqualTo(first.expected().utility);
      assertThat(second.expected().protect).isEqualTo(first.expected().protect);
    }
    assertThat(three.verdict().words()).isEqualTo(one.verdict().words());
    assertThat(three.verdict().chosen().name()).isEqualTo(one.verdict().chosen().name());
  }

  @Test
  void recommendsTheDefaultWhereNothingHappens() {
    Replayed replayed = Replays.ofWorld("steady", 0, "none", true, 1);

    assertThat(replayed.stage().incidents()).isEmpty();
    assertThat(replayed.wasSearched()).isFalse();
    assertThat(replayed.verdict().chosen().name()).isEqualTo(Candidates.DEFAULT);
  }

  @Test
  void doesNotRecommendWhatTheSearchFoundInASingleIncident() {
    Replayed replayed = Replays.ofWorld("refusal", 2, "none", true, 1);

    Result tuned = replayed.results().stream().filter(Replays::isTuned).findFirst().orElseThrow();
    assertThat(replayed.wasSplit()).isFalse();
    assertThat(tuned.expected().utility)
        .isGreaterThanOrEqualTo(Replays.result(replayed, "foreguard").expected().utility);
    assertThat(replayed.verdict().chosen()).isNotEqualTo(tuned.candidate());
  }

  private static Map<String, LabLogs.Truth> truths(String family, int draw) {
    Map<String, LabLogs.Truth> truths = new HashMap<>();
    IN_THE_LAB.forEach((name, policy) -> truths.put(name, LabLogs.truth(family, draw, policy)));
    return truths;
  }

  /** Of two that differ by a percent of the requests the better one is better in the replay. */
  private static void assertRankedAlike(Replayed replayed, Map<String, LabLogs.Truth> truths) {
    truths.forEach(
        (one, truthOfOne) ->
            truths.forEach(
                (other, truthOfOther) -> {
                  double gap = truthOfOne.utility() - truthOfOther.utility();
                  if (gap > .01 * truthOfOne.requests()) {
                    assertThat(Replays.result(replayed, one).expected().utility)
                        .as("%s over %s", one, other)
                        .isGreaterThan(Replays.result(replayed, other).expected().utility);
                  }
                }));
  }
}
