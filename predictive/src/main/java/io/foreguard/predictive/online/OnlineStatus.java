package io.foreguard.predictive.online;

import java.util.Locale;

/** Where an {@link OnlineLogisticModel} stands. Immutable. */
public final class OnlineStatus {
  private final boolean proven;
  private final long calls;
  private final long missedCalls;
  private final long episodes;
  private final double evidenceOfBetter;
  private final double evidenceOfWorse;
  private final long promotions;
  private final long relapses;
  private final double shift;

  OnlineStatus(
      boolean proven,
      long calls,
      long missedCalls,
      Proof proof,
      long promotions,
      long relapses,
      double shift) {
    this.proven = proven;
    this.calls = calls;
    this.missedCalls = missedCalls;
    episodes = proof.episodes();
    evidenceOfBetter = proof.evidenceOfBetter();
    evidenceOfWorse = proof.evidenceOfWorse();
    this.promotions = promotions;
    this.relapses = relapses;
    this.shift = shift;
  }

  /** Whether it has proven better than the default model and answers estimates of its own. */
  public boolean isProven() {
    return proven;
  }

  /** Calls it has learned from. */
  public long calls() {
    return calls;
  }

  /** Calls that it could learn nothing from, for they had started before all it remembers. */
  public long missedCalls() {
    return missedCalls;
  }

  /** Incidents seen so far in which its estimate could have changed a decision. */
  public long episodes() {
    return episodes;
  }

  /** Natural logarithm of the evidence that it is better, over what is needed: 0 is proof. */
  public double evidenceOfBetter() {
    return evidenceOfBetter;
  }

  /** Natural logarithm of the evidence that it is worse, over what is needed: 0 is proof. */
  public double evidenceOfWorse() {
    return evidenceOfWorse;
  }

  /** Times it has proven itself. */
  public long promotions() {
    return promotions;
  }

  /** Times it was found worse, believed or not, and had to forget what it had learned. */
  public long relapses() {
    return relapses;
  }

  /** Log odds of success that it adds to the default model's at present, believed or not. */
  public double shift() {
    return shift;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s after %d calls and %d incidents (evidence %.1f of 0), shift %+.2f",
        proven ? "proven" : "learning",
        calls,
        episodes,
        evidenceOfBetter,
        shift);
  }
}
