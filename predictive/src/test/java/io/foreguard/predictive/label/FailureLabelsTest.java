package io.foreguard.predictive.label;

import static io.foreguard.predictive.label.FailureLabels.Label.FAILS;
import static io.foreguard.predictive.label.FailureLabels.Label.HOLDS;
import static io.foreguard.predictive.label.FailureLabels.Label.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.foreguard.predictive.observation.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FailureLabelsTest {
  private final FailureLabels labels =
      FailureLabels.builder().horizon(Duration.ofMinutes(2)).build();

  @Test
  void aSampleFailsWhenALaterOneWithinTheHorizonReachesTheThreshold() {
    assertThat(labels.of(series(0, 0, 0, 0.5, 0, 0, 0)))
        .containsExactly(HOLDS, FAILS, FAILS, HOLDS, HOLDS, UNKNOWN, UNKNOWN);
  }

  @Test
  void aFailureSeenBeforeTheHorizonIsOverIsNotKnownEarly() {
    assertThat(labels.of(series(0, 0, 1))).containsExactly(FAILS, UNKNOWN, UNKNOWN);
    assertThat(labels.of(series(0, 1))).containsExactly(UNKNOWN, UNKNOWN);
  }

  @Test
  void aGapHidesWhatComesAfterIt() {
    List<Observation> series = new ArrayList<>(series(0, 0, 0, 0));
    series.add(sample(3 + 16, 1, 10));
    series.add(sample(3 + 17, 0, 10));
    series.add(sample(3 + 18, 0, 10));

    assertThat(labels.of(series))
        .containsExactly(HOLDS, HOLDS, UNKNOWN, UNKNOWN, HOLDS, UNKNOWN, UNKNOWN);
  }

  @Test
  void tooFewRequestsDoNotMakeAFailure() {
    FailureLabels strict =
        FailureLabels.builder().horizon(Duration.ofMinutes(2)).minimumRequests(11).build();

    assertThat(strict.of(series(0, 1, 0, 0))).containsExactly(HOLDS, HOLDS, UNKNOWN, UNKNOWN);
  }

  @Test
  void noLabelChangesWithWhatComesAfterItsHorizon() {
    SplittableRandom random = new SplittableRandom(11);
    double[] shares = random.doubles(300).map(share -> share < 0.1 ? 0.9 : 0.1).toArray();
    FailureLabels.Label[] all = labels.of(series(shares));

    for (int length = 1; length < shares.length; length++) {
      FailureLabels.Label[] early = labels.of(series(Arrays.copyOf(shares, length)));
      for (int i = 0; i < length; i++) {
        assertThat(early[i]).isIn(all[i], UNKNOWN);
        assertThat(early[i] == UNKNOWN).isEqualTo(i > length - 3);
      }
    }
  }

  @Test
  void anEmptySeriesHasNoLabels() {
    assertThat(labels.of(List.of())).isEmpty();
  }

  @Test
  void refusesSettingsOutOfRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FailureLabels.builder().failureShare(Double.NaN))
        .withMessage("failureShare must be in (0, 1], but was NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FailureLabels.builder().horizon(Duration.ofDays(2)))
        .withMessageContaining("horizon must be from 1 second to 1 day, but was PT48H");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FailureLabels.builder().minimumRequests(-1))
        .withMessage("minimumRequests must be zero or more, but was -1");
  }

  private static List<Observation> series(double... shares) {
    List<Observation> series = new ArrayList<>();
    for (int i = 0; i < shares.length; i++) {
      series.add(sample(i, shares[i], 10));
    }
    return series;
  }

  private static Observation sample(int minute, double share, long requests) {
    return new Observation(minute * 60_000L, 1, 0.1, 1, share, requests);
  }
}
