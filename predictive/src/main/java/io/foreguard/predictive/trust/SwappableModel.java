package io.foreguard.predictive.trust;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.LearningModel;
import io.foreguard.estimation.MonitoredModel;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signals;
import io.foreguard.internal.Require;
import org.jspecify.annotations.Nullable;

/**
 * A model that can be replaced as a whole while its breaker uses it: the breaker's evidence, state
 * and counts are not touched. What the old model remembered goes with it; a model whose scorer
 * alone is to change reads that from a {@link ModelSlot} instead. Around a {@link TrustedModel} or
 * inside one; inside, the new version must prove itself. Thread-safe.
 */
public final class SwappableModel implements LearningModel, MonitoredModel {
  private volatile SuccessModel current;
  private volatile @Nullable Signals lastSeen;

  private SwappableModel(SuccessModel first) {
    current = first;
  }

  /** A model that is {@code first} until it is replaced. */
  public static SwappableModel of(SuccessModel first) {
    return new SwappableModel(Require.nonNull(first, "first"));
  }

  /**
   * Puts {@code next} in force at once, if it answers what the old one was last asked.
   *
   * @return the model that was in force
   * @throws IllegalArgumentException if it does not answer: the old one stays
   */
  @CanIgnoreReturnValue
  public SuccessModel swap(SuccessModel next) {
    Require.nonNull(next, "next");
    Signals seen = lastSeen;
    if (seen != null) {
      check(next, seen);
    }
    synchronized (this) {
      SuccessModel before = current;
      current = next;
      return before;
    }
  }

  private static void check(SuccessModel next, Signals seen) {
    Estimate answer;
    try {
      answer = next.estimate(seen);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "next must answer, but model " + next.name() + " threw " + e, e);
    }
    Require.that(answer != null, "next", "a model that answers", next.name());
  }

  /** The model in force. */
  public SuccessModel current() {
    return current;
  }

  @Override
  public String name() {
    return current.name();
  }

  @Override
  public String version() {
    return current.version();
  }

  @Override
  public boolean isCheap() {
    return current.isCheap();
  }

  @Override
  public boolean isPatient() {
    return current.isPatient();
  }

  @Override
  public String distrust() {
    return current.distrust();
  }

  @Override
  public Estimate estimate(Signals signals) {
    lastSeen = signals;
    return current.estimate(signals);
  }

  @Override
  public void learn(Outcome outcome, long durationNanos, boolean probe, long nanoTime) {
    if (current instanceof LearningModel learning) {
      learning.learn(outcome, durationNanos, probe, nanoTime);
    }
  }

  @Override
  public double calibrationError() {
    return MonitoredModel.calibrationErrorOf(current);
  }

  @Override
  public double drift() {
    return MonitoredModel.driftOf(current);
  }

  @Override
  public String toString() {
    return "SwappableModel{" + current + "}";
  }
}
