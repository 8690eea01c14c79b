package io.foreguard.predictive.anomaly;

import com.amazon.randomcutforest.config.TransformMethod;
import com.amazon.randomcutforest.parkservices.AnomalyDescriptor;
import com.amazon.randomcutforest.parkservices.ThresholdedRandomCutForest;
import io.foreguard.internal.Require;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds samples that a random cut forest has to go out of its way for (Guha, Mishra, Roy and
 * Schrijvers, "Robust Random Cut Forest Based Anomaly Detection on Streams", 2016), by the library
 * of its authors. Looks at several samples in a row, so that a change of course is unusual, too.
 * Not thread-safe.
 *
 * <p>Needs {@code software.amazon.randomcutforest:randomcutforest-parkservices:4.4.0} on the class
 * path. A sample costs some tenths of a millisecond and allocates: feed it once in a second or less
 * often, never from a call.
 */
public final class RandomCutForestDetector implements AnomalyDetector {
  private static final String PROBE =
      "com.amazon.randomcutforest.parkservices.ThresholdedRandomCutForest";
  private static final int MOST_QUANTITIES = 64;
  private static final int SAMPLES_IN_A_ROW = 4;
  private static final int TREES = 50;
  private static final int REMEMBERED = 256;
  private static final int MOST_CAUSES = 3;
  private static final double LEAST_SHARE = .05;

  private final List<String> quantities;
  private final ThresholdedRandomCutForest forest;
  private final double[] last;

  /**
   * Creates a detector.
   *
   * @param quantities names of the quantities, from 1 to 64
   * @param seed seed of the forest; the same seed and samples give the same answers
   * @throws IllegalStateException if the library is not on the class path
   */
  public RandomCutForestDetector(List<String> quantities, long seed) {
    this.quantities = List.copyOf(quantities);
    int count = Require.inRange(quantities.size(), 1, MOST_QUANTITIES, "number of quantities");
    if (!isAvailable()) {
      throw new IllegalStateException(
          "random cut forests need software.amazon.randomcutforest:"
              + "randomcutforest-parkservices:4.4.0 on the class path");
    }
    last = new double[count];
    forest =
        ThresholdedRandomCutForest.builder()
            .dimensions(count * SAMPLES_IN_A_ROW)
            .shingleSize(SAMPLES_IN_A_ROW)
            .numberOfTrees(TREES)
            .sampleSize(REMEMBERED)
            .randomSeed(seed)
            .transformMethod(TransformMethod.NORMALIZE)
            .autoAdjust(true)
            .build();
  }

  /** Whether the library is on the class path. */
  public static boolean isAvailable() {
    try {
      Class.forName(PROBE, false, RandomCutForestDetector.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** A value that is not known counts as unchanged. */
  @Override
  public Anomaly add(double[] values, long seconds) {
    Require.that(values.length == last.length, "values", "of length " + last.length, values.length);
    for (int i = 0; i < last.length; i++) {
      if (!Double.isNaN(values[i]) && !Double.isInfinite(values[i])) {
        last[i] = values[i];
      }
    }
    AnomalyDescriptor found = forest.process(last.clone(), seconds);
    double grade = found.getAnomalyGrade();
    return grade > 0
        ? new Anomaly(grade, found.getRCFScore(), causes(found))
        : new Anomaly(0, found.getRCFScore(), List.of());
  }

  private List<Anomaly.Cause> causes(AnomalyDescriptor found) {
    double @Nullable [] shares = found.getRelevantAttribution();
    if (shares == null) {
      return List.of();
    }
    double[] expected = found.isExpectedValuesPresent() ? found.getExpectedValuesList()[0] : null;
    List<Anomaly.Cause> causes = new ArrayList<>();
    for (int i = 0; i < quantities.size(); i++) {
      if (shares[i] >= LEAST_SHARE) {
        double usual = expected == null ? Double.NaN : expected[i];
        causes.add(new Anomaly.Cause(quantities.get(i), shares[i], last[i], usual));
      }
    }
    causes.sort(Comparator.comparingDouble(cause -> -cause.share()));
    return causes.size() > MOST_CAUSES ? causes.subList(0, MOST_CAUSES) : causes;
  }
}
