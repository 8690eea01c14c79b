package io.foreguard.predictive.training;

/** What can be trained. */
public enum ModelKind {
  /**
   * Random forest of trees grown on balanced classes: robust, ranks well, needs calibration most.
   */
  FOREST,
  /**
   * Gradient boosting of small trees on the logistic loss: usually the most accurate, the default.
   */
  BOOSTING,
  /** Logistic regression: the cheapest to score and the easiest to explain. */
  LOGISTIC;

  /** The kind's name in options and reports, in lower case. */
  public String word() {
    return switch (this) {
      case FOREST -> "forest";
      case BOOSTING -> "boosting";
      case LOGISTIC -> "logistic";
    };
  }
}
