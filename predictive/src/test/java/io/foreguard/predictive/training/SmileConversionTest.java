package io.foreguard.predictive.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.predictive.forest.Forest;
import io.foreguard.predictive.scoring.LinearScorer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import smile.classification.DecisionTree;
import smile.classification.LogisticRegression;
import smile.data.DataFrame;
import smile.data.Tuple;

/** Scores agree with Smile's own predictions, missing values included. */
class SmileConversionTest {
  private static final LabelledRows TRAINING = Rowset.of(5_000, 10, 1);
  private static final LabelledRows OTHERS = Rowset.of(10_000, 10, 2);
  private static final TrainingConfig CONFIG =
      TrainingConfig.builder().trees(30).boostingTrees(40).boostingRate(0.2).build();
  private static final double[][] COMPLETE = SmileTrees.complete(OTHERS.features());

  @Test
  void aForestScoresLikeTheMeanOfSmilesTrees() {
    List<DecisionTree> smile = SmileForests.grow(TRAINING, CONFIG, done -> {});
    Forest forest = SmileForests.convert(smile, Rowset.NAMES.size());
    DataFrame others = DataFrame.of(COMPLETE, Rowset.NAMES.toArray(String[]::new));

    double worst = 0;
    double[] posteriori = new double[2];
    for (int row = 0; row < OTHERS.size(); row++) {
      Tuple tuple = others.get(row);
      double sum = 0;
      for (DecisionTree tree : smile) {
        tree.predict(tuple, posteriori);
        sum += posteriori[1];
      }
      double score = forest.score(OTHERS.features()[row]);
      worst = Math.max(worst, Math.abs(score - sum / smile.size()));
    }

    assertThat(worst).isLessThanOrEqualTo(1e-12);
    assertThat(forest.trees()).isEqualTo(30);
  }

  @Test
  void aLogisticRegressionScoresLikeSmile() {
    SmileLogistic.Standard standard = SmileLogistic.Standard.of(TRAINING);
    LogisticRegression.Binomial smile = SmileLogistic.fit(TRAINING, standard, CONFIG);
    LinearScorer scorer = SmileLogistic.fold(smile, standard);

    double worst = 0;
    double[] posteriori = new double[2];
    for (double[] features : OTHERS.features()) {
      smile.predict(standard.of(features), posteriori);
      double probability = 1 / (1 + Math.exp(-scorer.score(features)));
      worst = Math.max(worst, Math.abs(probability - posteriori[1]));
    }

    assertThat(worst).isLessThanOrEqualTo(1e-9);
    assertThat(Arrays.stream(standard.mean()).allMatch(Double::isFinite)).isTrue();
  }

  @Test
  void whatIsMissingIsLearnedByTreesAndNeutralInALine() {
    double[] known = {0, 0, 0.5, 0.5};
    double[] missing = {0, 0, 0.5, Double.NaN};

    Forest boosted = Boosting.train(TRAINING, CONFIG, done -> {});
    LinearScorer line = SmileLogistic.train(TRAINING, CONFIG);

    assertThat(boosted.score(missing)).isGreaterThan(boosted.score(known) + 0.7);
    double[] mean = known.clone();
    mean[3] = line.missing(3);
    assertThat(line.score(missing)).isEqualTo(line.score(mean));
  }

  @Test
  void infinityTakesTheBranchOfWhatIsMissingOrOfTheLeast() {
    double[][] complete =
        SmileTrees.complete(
            new double[][] {{Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 7}});

    assertThat(complete[0])
        .containsExactly(SmileTrees.MISSING, SmileTrees.MISSING, -SmileTrees.MISSING, 7);
  }

  @Test
  void aRowOfThreefoldWeightIsThereThreeTimes() {
    LabelledRows rows = Rowset.of(1_000, 1, 4);
    double[] weights = rows.weights().clone();
    for (int i = 0; i < weights.length; i++) {
      weights[i] = rows.fails()[i] ? 3 : 1;
    }
    LabelledRows weighted =
        new LabelledRows(
            rows.names(), rows.features(), rows.fails(), rows.timeMillis(), rows.groups(), weights);

    LabelledRows sample = Resampling.byWeight(weighted, 5);

    double share = 3.0 * rows.failures() / (rows.size() + 2.0 * rows.failures());
    assertThat(sample.size()).isEqualTo(1_000);
    assertThat(sample.failures() / 1_000.0).isBetween(share - 0.005, share + 0.005);
    assertThat(Resampling.byWeight(rows, 5)).isSameAs(rows);
  }
}
