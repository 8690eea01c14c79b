package io.foreguard.evidence;

/** Latency evidence that says what a test wants, and counts how often it is asked. */
public final class FakeLatency implements LatencyEvidence {
  private Condition condition = Condition.CALM;
  private double successes = 1_000;
  private double medianSeconds = .01;
  private double tailFactor = 10;
  private RuntimeException fault;
  private int readings;

  /** Sets what {@link #condition()} answers. */
  public void condition(Condition value) {
    condition = value;
  }

  /** Sets what {@link #successes()} answers. */
  public void successes(double value) {
    successes = value;
  }

  /** Sets the latency: quantile 0.5 is the median, quantile 1 would be {@code factor} times it. */
  public void latency(double median, double factor) {
    medianSeconds = median;
    tailFactor = factor;
  }

  /** Makes every reading fail. */
  public void failWith(RuntimeException value) {
    fault = value;
  }

  /** How often the condition was asked for. */
  public int readings() {
    return readings;
  }

  @Override
  public Condition condition() {
    readings++;
    if (fault != null) {
      throw fault;
    }
    return condition;
  }

  @Override
  public double successes() {
    return successes;
  }

  @Override
  public double quantile(double q) {
    return medianSeconds * (1 + (tailFactor - 1) * (q - .5) * 2);
  }
}
