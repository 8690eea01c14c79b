package io.foreguard.predictive.label;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import io.foreguard.predictive.feature.FeatureExtractor;
import io.foreguard.predictive.observation.Observation;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Marks each sample of a log with whether the dependency failed soon after. Immutable.
 *
 * <p>A sample <em>fails</em> when its failure share reaches a threshold and it rests on enough
 * requests. The label of the sample at time t is whether any sample in {@code (t, t + horizon]}
 * fails: the sample itself has no say, as its own failure share is known when the model is asked.
 * Where the log ends before {@code t + horizon}, or has a gap over {@link
 * FeatureExtractor#LONGEST_GAP} on the way, the sample is {@link Label#UNKNOWN}, even if a failure
 * has been seen by then: labels that become known early only when they are bad would tilt the
 * sample.
 */
public final class FailureLabels {
  private final Duration horizon;
  private final double failureShare;
  private final long minimumRequests;

  private FailureLabels(Builder builder) {
    horizon = builder.horizon;
    failureShare = builder.failureShare;
    minimumRequests = builder.minimumRequests;
  }

  /** Starts building from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The labels with every setting at its default. */
  public static FailureLabels defaults() {
    return builder().build();
  }

  /** How far ahead a failure counts. */
  public Duration horizon() {
    return horizon;
  }

  /** Failure share from which on a sample fails. */
  public double failureShare() {
    return failureShare;
  }

  /** Requests that a sample needs to fail. */
  public long minimumRequests() {
    return minimumRequests;
  }

  /** Whether the dependency fails in {@code sample} itself. */
  public boolean fails(Observation sample) {
    return sample.failureShare() >= failureShare && sample.requests() >= minimumRequests;
  }

  /** Labels of {@code series}, one per sample; constant time per sample. */
  public Label[] of(List<Observation> series) {
    Label[] labels = new Label[series.size()];
    Arrays.fill(labels, Label.UNKNOWN);
    if (series.isEmpty()) {
      return labels;
    }
    long knownUntil = series.get(series.size() - 1).timeMillis();
    long nextFailure = Long.MAX_VALUE;
    long horizonMillis = horizon.toMillis();
    for (int i = series.size() - 1; i >= 0; i--) {
      Observation sample = series.get(i);
      long time = sample.timeMillis();
      if (i + 1 < series.size()
          && series.get(i + 1).timeMillis() - time > FeatureExtractor.LONGEST_GAP.toMillis()) {
        knownUntil = time;
        nextFailure = Long.MAX_VALUE;
      }
      if (knownUntil - time >= horizonMillis) {
        boolean soon = nextFailure != Long.MAX_VALUE && nextFailure - time <= horizonMillis;
        labels[i] = soon ? Label.FAILS : Label.HOLDS;
      }
      if (fails(sample)) {
        nextFailure = time;
      }
    }
    return labels;
  }

  /** What became of a dependency within the horizon. */
  public enum Label {
    /** It did not fail. */
    HOLDS,
    /** It failed. */
    FAILS,
    /** Not known: the horizon was not over when the log ended or broke off. */
    UNKNOWN
  }

  /** Settings of the labels. Not thread-safe. */
  public static final class Builder {
    private Duration horizon = Duration.ofMinutes(15);
    private double failureShare = 0.5;
    private long minimumRequests = 1;

    private Builder() {}

    /**
     * Sets how far ahead a failure counts. Default 15 minutes.
     *
     * @throws IllegalArgumentException if shorter than a second or longer than a day
     */
    @CanIgnoreReturnValue
    public Builder horizon(Duration horizon) {
      Require.positive(horizon, "horizon");
      Require.that(
          horizon.compareTo(Duration.ofSeconds(1)) >= 0
              && horizon.compareTo(Duration.ofDays(1)) <= 0,
          "horizon",
          "from 1 second to 1 day",
          horizon);
      this.horizon = horizon;
      return this;
    }

    /**
     * Sets the failure share from which on a sample fails. Default 0.5.
     *
     * @throws IllegalArgumentException if outside {@code (0, 1]} or NaN
     */
    @CanIgnoreReturnValue
    public Builder failureShare(double share) {
      failureShare = Require.ratio(share, "failureShare");
      return this;
    }

    /**
     * Sets how many requests a sample needs to fail. Default 1.
     *
     * @throws IllegalArgumentException if negative
     */
    @CanIgnoreReturnValue
    public Builder minimumRequests(long requests) {
      Require.that(requests >= 0, "minimumRequests", "zero or more", requests);
      minimumRequests = requests;
      return this;
    }

    /** Builds the labels. */
    public FailureLabels build() {
      return new FailureLabels(this);
    }
  }
}
