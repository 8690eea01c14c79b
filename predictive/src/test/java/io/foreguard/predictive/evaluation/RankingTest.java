package io.foreguard.predictive.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RankingTest {
  @Test
  void isOneForAPerfectOrderAndHalfForNone() {
    Ranking perfect =
        Ranking.of(new double[] {0.1, 0.9, 0.2, 0.8}, new boolean[] {false, true, false, true});
    Ranking none = Ranking.of(new double[4], new boolean[] {false, true, false, true});

    assertThat(perfect.auc()).isEqualTo(1);
    assertThat(perfect.averagePrecision()).isEqualTo(1);
    assertThat(none.auc()).isEqualTo(0.5);
    assertThat(none.averagePrecision()).isEqualTo(0.5);
  }

  @Test
  void agreesWithCountingAllPairs() {
    SplittableRandom random = new SplittableRandom(31);
    double[] scores = random.doubles(500).map(value -> Math.round(value * 20) / 20.0).toArray();
    boolean[] failed = new boolean[500];
    double pairs = 0;
    double wins = 0;
    for (int i = 0; i < 500; i++) {
      failed[i] = random.nextDouble() < scores[i] / 2;
    }
    for (int i = 0; i < 500; i++) {
      for (int j = 0; j < 500; j++) {
        if (failed[i] && !failed[j]) {
          pairs++;
          wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
        }
      }
    }

    assertThat(Ranking.of(scores, failed).auc()).isCloseTo(wins / pairs, within(1e-12));
  }

  @Test
  void averagePrecisionIsTheMeanPrecisionAtEachFailure() {
    Ranking ranking =
        Ranking.of(new double[] {0.9, 0.8, 0.7, 0.6}, new boolean[] {true, false, true, false});

    assertThat(ranking.averagePrecision()).isCloseTo((1 + 2 / 3.0) / 2, within(1e-12));
    assertThat(ranking.auc()).isEqualTo(0.75);
  }

  @Test
  void isNotANumberWithoutBothClasses() {
    assertThat(Ranking.of(new double[] {1}, new boolean[] {true}).auc()).isNaN();
    assertThat(Ranking.of(new double[0], new boolean[0]).averagePrecision()).isNaN();
  }

  @Test
  void refusesAScoreThatIsNotANumber() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Ranking.of(new double[] {Double.NaN}, new boolean[1]));
  }

  @Test
  void aWeightCountsLikeCopies() {
    double[] scores = {0.9, 0.8, 0.8, 0.3, 0.1};
    boolean[] failed = {true, false, true, false, true};
    double[] weights = {1, 2, 3, 2, 1};
    double[] copied = {0.9, 0.8, 0.8, 0.8, 0.8, 0.8, 0.3, 0.3, 0.1};
    boolean[] copies = {true, false, false, true, true, true, false, false, true};

    Ranking weighted = Ranking.of(scores, failed, weights);

    assertThat(weighted.auc()).isCloseTo(Ranking.of(copied, copies).auc(), within(1e-12));
    assertThat(weighted.averagePrecision())
        .isCloseTo(Ranking.of(copied, copies).averagePrecision(), within(1e-12));
    assertThat(weighted.positives()).isEqualTo(5);
  }
}
