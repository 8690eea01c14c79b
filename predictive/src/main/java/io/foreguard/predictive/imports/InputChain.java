package io.foreguard.predictive.imports;

import java.util.ArrayList;
import java.util.List;

/**
 * What a tool does to each feature before its model sees it: shifting, scaling, and putting a value
 * in the place of a missing one. As every step leaves the order of values as it is, a comparison
 * behind the chain is a comparison of the feature itself with another threshold, and a weight
 * behind it another weight. Not thread-safe.
 */
final class InputChain {
  private final boolean singleFirst;
  private final boolean singleLast;
  private final List<Step> steps = new ArrayList<>();

  /**
   * An empty chain.
   *
   * @param singleFirst whether features are rounded to {@code float} first, and all steps compute
   *     in single precision
   * @param singleLast whether what comes out is rounded to {@code float}
   */
  InputChain(boolean singleFirst, boolean singleLast) {
    this.singleFirst = singleFirst;
    this.singleLast = singleLast;
  }

  /** Adds {@code (x - center) / scale}. */
  void standardize(double[] center, double[] scale, String place) throws ImportFault {
    checkScale(scale, place);
    steps.add(new Step(Kind.STANDARDIZE, center, scale));
  }

  /** Adds {@code (x - center) * factor}. */
  void centerAndMultiply(double[] center, double[] factor, String place) throws ImportFault {
    checkScale(factor, place);
    steps.add(new Step(Kind.CENTER_AND_MULTIPLY, center, factor));
  }

  /** Adds {@code x * factor + shift}. */
  void multiplyAndShift(double[] factor, double[] shift, String place) throws ImportFault {
    checkScale(factor, place);
    steps.add(new Step(Kind.MULTIPLY_AND_SHIFT, factor, shift));
  }

  /** Adds a value for each feature in case it is missing. */
  void impute(double[] values) {
    steps.add(new Step(Kind.IMPUTE, values, values));
  }

  /** Whether a forest that itself rounds its features to {@code float} needs nothing else. */
  boolean isOnlySinglePrecision() {
    return steps.isEmpty() && (singleFirst || singleLast);
  }

  /** What a missing {@code feature} has become behind the chain: NaN where it is still missing. */
  double missing(int feature) {
    return apply(feature, Double.NaN);
  }

  /** What {@code given} becomes. */
  double apply(int feature, double given) {
    double value = singleFirst ? (float) given : given;
    for (Step step : steps) {
      value = step.apply(value, feature, singleFirst);
    }
    return singleLast ? (float) value : value;
  }

  /**
   * The greatest value of {@code feature} that is at most {@code limit} behind the chain, or below
   * it where {@code strict}. Where {@link #isOnlySinglePrecision}, the greatest {@code float}.
   *
   * @param limit a number above negative infinity
   */
  double greatest(int feature, double limit, boolean strict) {
    if (steps.isEmpty()) {
      return plainGreatest(limit, strict);
    }
    // Negative infinity passes each step as it is, so it always holds.
    long low = order(Double.NEGATIVE_INFINITY);
    long high = order(Double.POSITIVE_INFINITY);
    while (low < high) {
      // Their mean, rounded up; their difference may not fit.
      long middle = (low | high) - ((low ^ high) >> 1);
      double value = apply(feature, unorder(middle));
      if (strict ? value < limit : value <= limit) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return unorder(low);
  }

  /** Turns a linear function of what comes out into one of the features; all arrays are changed. */
  Linear unfold(double[] weights, double intercept) {
    double[] reference = new double[weights.length];
    double[] missing = new double[weights.length];
    double sum = intercept;
    for (int i = 0; i < weights.length; i++) {
      double known = Double.NaN;
      for (int s = steps.size() - 1; s >= 0; s--) {
        Step step = steps.get(s);
        if (step.kind == Kind.IMPUTE) {
          known = step.first[i];
          reference[i] = known;
          continue;
        }
        sum += weights[i] * step.apply(0, i, false);
        weights[i] *= step.slope(i);
        reference[i] = step.inverse(reference[i], i);
        known = step.inverse(known, i);
      }
      missing[i] = Double.isNaN(known) ? reference[i] : known;
    }
    return new Linear(weights, sum, missing, reference);
  }

  private double plainGreatest(double limit, boolean strict) {
    if (!singleFirst && !singleLast) {
      return strict ? Math.nextDown(limit) : limit;
    }
    float nearest = (float) limit;
    if (nearest > limit || (strict && nearest == limit)) {
      return Math.nextDown(nearest);
    }
    return nearest;
  }

  private static void checkScale(double[] scale, String place) throws ImportFault {
    for (int i = 0; i < scale.length; i++) {
      if (!(scale[i] > 0)) {
        throw ImportFault.invalid(place + "[" + i + "]", "above 0", scale[i]);
      }
    }
  }

  /** A number that grows with {@code value}. */
  private static long order(double value) {
    long bits = Double.doubleToLongBits(value);
    return bits >= 0 ? bits : Long.MIN_VALUE - bits - 1;
  }

  private static double unorder(long order) {
    return Double.longBitsToDouble(order >= 0 ? order : Long.MIN_VALUE - order - 1);
  }

  /** A linear function of the features. */
  @SuppressWarnings("ArrayRecordComponent") // Only carries its arrays, which nobody compares.
  record Linear(double[] weights, double intercept, double[] missing, double[] reference) {}

  private enum Kind {
    STANDARDIZE,
    CENTER_AND_MULTIPLY,
    MULTIPLY_AND_SHIFT,
    IMPUTE
  }

  @SuppressWarnings("ArrayRecordComponent") // Only carries its arrays, which nobody compares.
  private record Step(Kind kind, double[] first, double[] second) {
    double apply(double value, int feature, boolean single) {
      double a = first[feature];
      double b = second[feature];
      return switch (kind) {
        case STANDARDIZE -> rounded(rounded(value - a, single) / b, single);
        case CENTER_AND_MULTIPLY -> rounded(rounded(value - a, single) * b, single);
        case MULTIPLY_AND_SHIFT -> rounded(rounded(value * a, single) + b, single);
        case IMPUTE -> Double.isNaN(value) ? a : value;
      };
    }

    double slope(int feature) {
      return switch (kind) {
        case STANDARDIZE -> 1 / second[feature];
        case CENTER_AND_MULTIPLY -> second[feature];
        case MULTIPLY_AND_SHIFT -> first[feature];
        case IMPUTE -> 1;
      };
    }

    double inverse(double value, int feature) {
      double a = first[feature];
      double b = second[feature];
      return switch (kind) {
        case STANDARDIZE -> value * b + a;
        case CENTER_AND_MULTIPLY -> value / b + a;
        case MULTIPLY_AND_SHIFT -> (value - b) / a;
        case IMPUTE -> value;
      };
    }

    /** The operands are floats where single, and a double holds enough to round only once. */
    private static double rounded(double value, boolean single) {
      return single ? (float) value : value;
    }
  }
}
