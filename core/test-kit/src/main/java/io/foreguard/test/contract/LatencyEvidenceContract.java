package io.foreguard.test.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.evidence.LatencyEvidence;
import org.junit.jupiter.api.Test;

/** What every {@link LatencyEvidence} must do. Not thread-safe: JUnit makes one for each test. */
public abstract class LatencyEvidenceContract {
  private static final double[] QUANTILES = {.001, .1, .5, .9, .95, .99, .999, .9999};

  /** Creates the contract; JUnit does. */
  protected LatencyEvidenceContract() {}

  /** Evidence of calls that took different times. */
  protected abstract LatencyEvidence evidence();

  /** Evidence of which nothing is known yet. */
  protected abstract LatencyEvidence unknown();

  /** It tells how the dependency is doing, and how much it knows. */
  @Test
  public void tellsWhatItRestsOn() {
    assertThat(evidence().condition()).isNotNull();
    assertThat(evidence().successes()).isPositive().isFinite();
    assertThat(unknown().condition()).isNotNull();
    assertThat(unknown().successes()).isZero();
  }

  /** Quantiles are positive times in order. */
  @Test
  public void quantilesAreInOrder() {
    LatencyEvidence evidence = evidence();
    double last = 0;

    for (double q : QUANTILES) {
      double value = evidence.quantile(q);
      assertThat(value).as("quantile %s", q).isFinite().isGreaterThanOrEqualTo(last);
      last = value;
    }
    assertThat(last).isPositive();
  }

  /** What is not known is NaN, and never throws. */
  @Test
  public void saysThatItDoesNotKnow() {
    LatencyEvidence unknown = unknown();

    for (double q : QUANTILES) {
      assertThat(unknown.quantile(q)).as("quantile %s", q).isNaN();
    }
  }

  /** Many threads may read at the same time. */
  @Test
  public void isThreadSafe() {
    LatencyEvidence evidence = evidence();

    Crowd.run(
        (thread, round) -> {
          assertThat(evidence.condition()).isNotNull();
          assertThat(evidence.quantile(QUANTILES[round % QUANTILES.length])).isFinite();
        });
  }
}
