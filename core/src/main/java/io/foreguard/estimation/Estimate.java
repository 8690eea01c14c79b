package io.foreguard.estimation;

import io.foreguard.internal.Require;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A success probability with its uncertainty, its author and its reasons. Immutable.
 *
 * <p>An abstention carries no probability: {@link #probability()} and the bounds are NaN.
 */
public final class Estimate {
  private static final double LEAST = 1e-9;

  private final double probability;
  private final double lower;
  private final double upper;
  private final String model;
  private final String modelVersion;
  private final String abstention;
  private final Supplier<List<Contribution>> reasons;
  private @Nullable List<Contribution> contributions;

  private Estimate(
      double probability,
      double lower,
      double upper,
      String model,
      String modelVersion,
      String abstention,
      Supplier<List<Contribution>> reasons) {
    this.probability = probability;
    this.lower = lower;
    this.upper = upper;
    this.model = model;
    this.modelVersion = modelVersion;
    this.abstention = abstention;
    this.reasons = reasons;
  }

  /**
   * A point estimate by {@code model}, whose interval is the point itself.
   *
   * @param probability in {@code [0, 1]}
   * @throws IllegalArgumentException if the probability is out of range or NaN
   */
  public static Estimate of(SuccessModel model, double probability) {
    return of(model, probability, probability, probability, List.of());
  }

  /**
   * An estimate with a 90 % interval and the reasons for it.
   *
   * @param probability in {@code [0, 1]}
   * @param lower lower bound, in {@code [0, probability]}
   * @param upper upper bound, in {@code [probability, 1]}
   * @param contributions what moved the estimate, strongest first
   * @throws IllegalArgumentException if a value is out of range or NaN
   */
  public static Estimate of(
      SuccessModel model,
      double probability,
      double lower,
      double upper,
      List<Contribution> contributions) {
    List<Contribution> copy = List.copyOf(contributions);
    return explainedLater(model, probability, lower, upper, () -> copy);
  }

  /**
   * An estimate whose reasons are put into words when they are first asked for, which most never
   * are.
   *
   * @param probability in {@code [0, 1]}
   * @param lower lower bound, in {@code [0, probability]}
   * @param upper upper bound, in {@code [probability, 1]}
   * @param reasons makes an unmodifiable list, strongest first; on any thread, perhaps twice, so it
   *     must answer the same each time
   * @throws IllegalArgumentException if a value is out of range or NaN
   */
  public static Estimate explainedLater(
      SuccessModel model,
      double probability,
      double lower,
      double upper,
      Supplier<List<Contribution>> reasons) {
    Require.that(probability >= 0 && probability <= 1, "probability", "in [0, 1]", probability);
    Require.that(lower >= 0 && lower <= probability, "lower", "in [0, probability]", lower);
    Require.that(upper >= probability && upper <= 1, "upper", "in [probability, 1]", upper);
    return new Estimate(probability, lower, upper, model.name(), model.version(), "", reasons);
  }

  /** No estimate, for the given reason in words. */
  public static Estimate abstain(SuccessModel model, String reason) {
    return new Estimate(
        Double.NaN, Double.NaN, Double.NaN, model.name(), model.version(), reason, List::of);
  }

  /** Whether there is no estimate. */
  public boolean isAbstention() {
    return Double.isNaN(probability);
  }

  /** Why there is no estimate; empty when there is one. */
  public String abstention() {
    return abstention;
  }

  /** Probability that the call succeeds within its deadline, in {@code [0, 1]}, or NaN. */
  public double probability() {
    return probability;
  }

  /** Lower end of the 90 % interval, or NaN. */
  public double lower() {
    return lower;
  }

  /** Upper end of the 90 % interval, or NaN. */
  public double upper() {
    return upper;
  }

  /** Name of the model that made this estimate. */
  public String model() {
    return model;
  }

  /** Version of the model that made this estimate. */
  public String modelVersion() {
    return modelVersion;
  }

  /**
   * Log odds of success before any reason: with all {@link #contributions} added it is the
   * estimate's. NaN for an abstention.
   */
  public double baseLogOdds() {
    double inside = Math.min(1 - LEAST, Math.max(LEAST, probability));
    double base = Math.log(inside / (1 - inside));
    for (Contribution reason : contributions()) {
      base -= reason.logOdds();
    }
    return base;
  }

  /** What moved the estimate, strongest first; unmodifiable. */
  public List<Contribution> contributions() {
    List<Contribution> known = contributions;
    if (known == null) { // two threads may both make it: it is the same
      known = reasons.get();
      contributions = known;
    }
    return known;
  }

  @Override
  public String toString() {
    if (isAbstention()) {
      return model + " abstains: " + abstention;
    }
    return String.format(
        Locale.ROOT, "%.3f [%.3f, %.3f] by %s %s", probability, lower, upper, model, modelVersion);
  }

  /**
   * One reason for an estimate: how far a signal moved it, in log odds of success.
   *
   * @param signal name of the signal
   * @param value the signal's value in its unit
   * @param logOdds how far it moved the estimate; negative lowers the probability
   * @param words the same for people, for example {@code "31 calls overdue"}
   */
  public record Contribution(String signal, double value, double logOdds, String words) {
    /** Checks that the texts are there. */
    public Contribution {
      Objects.requireNonNull(signal, "signal");
      Objects.requireNonNull(words, "words");
    }
  }
}
