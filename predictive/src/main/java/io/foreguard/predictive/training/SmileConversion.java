package io.foreguard.predictive.training;

import io.foreguard.predictive.forest.Forest;
import io.foreguard.predictive.forest.ForestBuilder;
import smile.classification.RandomForest;

/** Turns forests that somebody has trained with Smile 2.6.0 into our own. */
public final class SmileConversion {
  private SmileConversion() {}

  /**
   * The same forest in our own form: the same scores, up to rounding, for the class numbered 1.
   *
   * @param forest a forest of two classes over numbers
   * @param featureCount number of its features
   * @throws IllegalArgumentException if the forest is larger or deeper than ours may be
   */
  public static Forest forest(RandomForest forest, int featureCount) {
    ForestBuilder builder = new ForestBuilder(featureCount);
    for (RandomForest.Model model : forest.models()) {
      SmileForests.add(builder, model.tree, model.weight, featureCount);
    }
    return builder.build();
  }
}
