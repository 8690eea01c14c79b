package io.foreguard.predictive.model;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.evidence.Signals;
import io.foreguard.internal.Require;
import io.foreguard.predictive.feature.FeatureExtractor;
import io.foreguard.predictive.observation.Observation;
import io.foreguard.predictive.scoring.CalibratedScorer;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A trained forest that watches one dependency and foresees its failures. Thread-safe.
 *
 * <p>A success model is asked with the signals of one moment, but a forest sees rolling means and
 * trends. So, unlike other success models, this one keeps the history of its dependency: make one
 * per circuit breaker, by {@link TrainedForest#forDependency()}. Two breakers that shared one would
 * mix their histories.
 *
 * <p>It takes a sample when it is first asked in each interval of the length it was trained on, and
 * estimates then; for the rest of the interval it answers the same estimate, without allocation. It
 * abstains until it has seen {@link FeatureExtractor#HISTORY} (30 minutes) without a gap over
 * {@link FeatureExtractor#LONGEST_GAP}.
 *
 * <p>The probability of success is one less the forest's probability that the dependency fails
 * within the horizon. Forests trained with balanced classes rank well but overstate how likely
 * failure is: act on them at the threshold they were judged at, {@link
 * TrainedForest#minimumSuccessProbability()}.
 *
 * <p>The interval is the probability itself: its width would say nothing that was measured, and a
 * policy must act at the very threshold the forest was judged at.
 */
public final class ForestModel implements SuccessModel {
  private final long intervalNanos;
  private volatile TrainedForest trained;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final FeatureExtractor extractor = new FeatureExtractor();

  @GuardedBy("lock")
  private final double[] features = new double[FeatureExtractor.schema().size()];

  @GuardedBy("lock")
  private final double[] contributions = new double[FeatureExtractor.schema().size()];

  @GuardedBy("lock")
  private long originNanos;

  @GuardedBy("lock")
  private long lastMillis;

  /** Written before {@link #started}, so that whoever sees that one true sees this one set. */
  private volatile long nextSampleNanos;

  private volatile boolean started;
  private volatile Estimate latest;

  ForestModel(TrainedForest trained) {
    this.trained = trained;
    this.intervalNanos = trained.header().interval().toNanos();
    this.latest = Estimate.abstain(this, "no call has ended yet");
  }

  @Override
  public String name() {
    return trained.header().name();
  }

  @Override
  public String version() {
    return trained.version();
  }

  /** True: but for one call in each interval, asking is reading a field. */
  @Override
  public boolean isCheap() {
    return true;
  }

  /** True: its samples are those of one dependency. */
  @Override
  public boolean keepsHistory() {
    return true;
  }

  @Override
  public Estimate estimate(Signals signals) {
    if (isDue(signals) && Observation.isKnown(signals) && lock.tryLock()) {
      try {
        if (isDue(signals)) {
          sample(signals);
        }
      } finally {
        lock.unlock();
      }
    }
    return latest;
  }

  /**
   * Puts another forest in the place of this one's. What the model knows of its dependency stays,
   * so the new forest answers from the next sample on.
   *
   * @throws IllegalArgumentException if it was trained on samples at another interval
   */
  public void replace(TrainedForest next) {
    Duration interval = next.header().interval();
    Require.that(
        interval.toNanos() == intervalNanos,
        "interval",
        Duration.ofNanos(intervalNanos) + ", as of the forest before",
        interval);
    trained = next;
  }

  /** The forest behind this model. */
  public TrainedForest trained() {
    return trained;
  }

  private boolean isDue(Signals signals) {
    return !started || signals.nanoTime() - nextSampleNanos >= 0;
  }

  @GuardedBy("lock")
  private void sample(Signals signals) {
    long now = signals.nanoTime();
    if (!started) {
      originNanos = now;
    }
    long sinceOrigin = now - originNanos;
    long time = Math.floorDiv(sinceOrigin, 1_000_000L);
    Observation sample = Observation.of(signals, time, started ? time - lastMillis : 0);
    extractor.add(sample);
    lastMillis = time;
    nextSampleNanos = originNanos + (sinceOrigin / intervalNanos + 1) * intervalNanos;
    started = true;
    latest = extractor.isReady() ? score() : notReady();
  }

  @GuardedBy("lock")
  private Estimate notReady() {
    Duration seen = extractor.history();
    return Estimate.abstain(
        this,
        String.format(
            "%d min of history, %d min needed",
            seen.toMinutes(), FeatureExtractor.HISTORY.toMinutes()));
  }

  @GuardedBy("lock")
  private Estimate score() {
    CalibratedScorer scorer = trained.model();
    extractor.copyTo(features);
    scorer.contributions(features, contributions);
    double success = 1 - scorer.probability(features);
    return Estimate.of(this, success, success, success, Reasons.of(features, contributions));
  }

  /** The features as of the latest sample, for tests of the schema. */
  double[] latestFeatures() {
    lock.lock();
    try {
      double[] copy = new double[features.length];
      extractor.copyTo(copy);
      return copy;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return trained.toString();
  }
}
