package io.foreguard.predictive.trust;

import io.foreguard.predictive.feature.FeatureReference;
import java.util.List;

/**
 * A model that shows what it saw last, so that drift is watched where it matters. A {@link
 * TrustedModel} whose model does not implement this watches the breaker's signals instead.
 * Implementations must be thread-safe.
 */
public interface ObservedFeatures {
  /** Names of the features; always the same. */
  List<String> featureNames();

  /**
   * Sets {@code target} to what the model saw when it was last asked, NaN for what was missing.
   * Does not allocate.
   *
   * @return whether there is anything to see yet
   */
  boolean copyFeatures(double[] target);

  /** How the features were distributed where the model learned; empty if that is not known. */
  default List<FeatureReference> featureReferences() {
    return List.of();
  }
}
