package io.foreguard.circuitbreaker;

import io.foreguard.estimation.Estimate;
import java.util.Locale;

/** What a breaker knew and what followed from it, at one moment. Immutable. */
public final class Explanation {
  private static final int MOST_REASONS = 4;
  private static final double LEAST_REASON = .05;

  private final State state;
  private final double share;
  private final Estimate estimate;
  private final double threshold;
  private final String policy;
  private final boolean classicWouldReject;
  private final int windowCalls;
  private final int windowFailures;

  Explanation(
      State state,
      double share,
      Estimate estimate,
      double threshold,
      String policy,
      boolean classicWouldReject,
      int windowCalls,
      int windowFailures) {
    this.state = state;
    this.share = share;
    this.estimate = estimate;
    this.threshold = threshold;
    this.policy = policy;
    this.classicWouldReject = classicWouldReject;
    this.windowCalls = windowCalls;
    this.windowFailures = windowFailures;
  }

  /** State of the breaker. */
  public State state() {
    return state;
  }

  /** Share of calls that is admitted, in {@code [0, 1]}; probes are not counted. */
  public double share() {
    return share;
  }

  /** The success probability that the decision rests on. */
  public Estimate estimate() {
    return estimate;
  }

  /**
   * What the estimate is compared with: for the predictive policy the success probability below
   * which sending is not worth it, for the classic one the success rate at which it opens.
   */
  public double threshold() {
    return threshold;
  }

  /** Name of the policy that decided. */
  public String policy() {
    return policy;
  }

  /** Whether fixed thresholds, the default ones unless configured, would reject now. */
  public boolean classicWouldReject() {
    return classicWouldReject;
  }

  /**
   * The decision in words, for people: probability, threshold, strongest reasons, classic's view.
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(160);
    text.append(state).append(" by policy ").append(policy).append(": ");
    if (estimate.isAbstention()) {
      text.append("no estimate (").append(estimate.abstention()).append(')');
    } else {
      text.append(
          String.format(
              Locale.ROOT,
              "P(success) %.2f [%.2f, %.2f] %s %.2f",
              estimate.probability(),
              estimate.lower(),
              estimate.upper(),
              estimate.probability() < threshold ? "<" : ">=",
              threshold));
      text.append(" (").append(estimate.model()).append(' ').append(estimate.modelVersion());
      text.append(')');
    }
    appendReasons(text);
    text.append("; classic thresholds would ")
        .append(classicWouldReject ? "reject" : "admit")
        .append(" (")
        .append(windowFailures)
        .append(" of the last ")
        .append(windowCalls)
        .append(" failed)");
    return text.toString();
  }

  /** The strongest reasons, with what each moved the log odds of success by. */
  private void appendReasons(StringBuilder text) {
    int told = 0;
    for (Estimate.Contribution reason : estimate.contributions()) {
      if (told == MOST_REASONS || Math.abs(reason.logOdds()) < LEAST_REASON) {
        return;
      }
      text.append(told == 0 ? "; " : ", ")
          .append(reason.words())
          .append(String.format(Locale.ROOT, " (%+.1f)", reason.logOdds()));
      told++;
    }
  }
}
