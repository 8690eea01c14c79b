package io.foreguard.predictive.online;

import io.foreguard.estimation.Estimate.Contribution;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** An estimate in parts, put into words when asked for. Immutable. */
final class Reasons {
  private static final double LEAST = .05;

  private final double byDefault;
  private final double shift;
  private final double[] x;
  private final double[] moved;

  /**
   * Keeps the parts of an estimate; the arrays are this object's from now on.
   *
   * @param byDefault log odds of success by the default model
   * @param shift what was added to it
   * @param x features
   * @param moved what each feature added, before the sum was shrunk and bounded to {@code shift}
   */
  Reasons(double byDefault, double shift, double[] x, double[] moved) {
    this.byDefault = byDefault;
    this.shift = shift;
    this.x = x;
    this.moved = moved;
  }

  /**
   * The default model's part and those of the signals, strongest first. Shrinking and bounding are
   * shared by all signals in proportion, and those that moved little are taken together, so that
   * the sum is exact.
   */
  List<Contribution> contributions() {
    double sum = 0;
    for (double part : moved) {
      sum += part;
    }
    double scale = Math.abs(sum) > 1e-12 ? shift / sum : 0;
    List<Contribution> parts = new ArrayList<>();
    double rest = 0;
    for (int i = 0; i < moved.length; i++) {
      double part = scale * moved[i];
      if (Math.abs(part) < LEAST) {
        rest += part;
      } else {
        double quantity = OnlineFeatures.quantity(i, x[i]);
        parts.add(
            new Contribution(
                OnlineFeatures.name(i), quantity, part, OnlineFeatures.words(i, quantity)));
      }
    }
    if (Math.abs(rest) > 1e-9) {
      parts.add(new Contribution("other", rest, rest, "all other signals"));
    }
    double p = 1 / (1 + Math.exp(-byDefault));
    String words = String.format(Locale.ROOT, "%.2f by the default model", p);
    parts.add(new Contribution("default", p, byDefault, words));
    parts.sort(Comparator.comparingDouble((Contribution c) -> -Math.abs(c.logOdds())));
    return List.copyOf(parts);
  }
}
