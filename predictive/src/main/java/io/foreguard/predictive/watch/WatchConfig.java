package io.foreguard.predictive.watch;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import io.foreguard.predictive.anomaly.AnomalyDetector;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Settings of a {@link DependencyWatch}. Immutable. */
public final class WatchConfig {
  private final Duration interval;
  private final Duration horizon;
  private final double coverage;
  private final Duration season;
  private final @Nullable Function<List<String>, AnomalyDetector> detector;

  private WatchConfig(Builder builder) {
    interval = builder.interval;
    horizon = builder.horizon;
    coverage = builder.coverage;
    season = builder.season;
    detector = builder.detector;
  }

  /** The settings with every one at its default. */
  public static WatchConfig defaults() {
    return builder().build();
  }

  /** Starts building from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Time between two samples. */
  public Duration interval() {
    return interval;
  }

  /** How far ahead is forecast. */
  public Duration horizon() {
    return horizon;
  }

  /** Share of values that are to lie in the forecast's interval. */
  public double coverage() {
    return coverage;
  }

  /** After how long load repeats itself; zero if it does not. */
  public Duration season() {
    return season;
  }

  Optional<Function<List<String>, AnomalyDetector>> detector() {
    return Optional.ofNullable(detector);
  }

  int steps() {
    return (int) (horizon.toNanos() / interval.toNanos());
  }

  int seasonSteps() {
    return (int) (season.toNanos() / interval.toNanos());
  }

  /** Settings in the making. Not thread-safe. */
  public static final class Builder {
    private Duration interval = Duration.ofSeconds(10);
    private Duration horizon = Duration.ofMinutes(2);
    private double coverage = .9;
    private Duration season = Duration.ofDays(1);
    private @Nullable Function<List<String>, AnomalyDetector> detector;

    private Builder() {}

    /**
     * Sets the time between two samples. Default 10 seconds.
     *
     * @throws IllegalArgumentException if shorter than 100 milliseconds or longer than an hour
     */
    @CanIgnoreReturnValue
    public Builder interval(Duration interval) {
      Require.nonNull(interval, "interval");
      Require.that(
          interval.toMillis() >= 100 && interval.compareTo(Duration.ofHours(1)) <= 0,
          "interval",
          "from 100 milliseconds to 1 hour",
          interval);
      this.interval = interval;
      return this;
    }

    /**
     * Sets how far ahead is forecast. Default 2 minutes.
     *
     * @throws IllegalArgumentException if not positive
     */
    @CanIgnoreReturnValue
    public Builder horizon(Duration horizon) {
      this.horizon = Require.positive(horizon, "horizon");
      return this;
    }

    /**
     * Sets the share of values that are to lie in the forecast's interval. Default 0.9.
     *
     * @throws IllegalArgumentException if outside [0.5, 0.99] or NaN
     */
    @CanIgnoreReturnValue
    public Builder coverage(double share) {
      coverage = Require.that(share >= .5 && share <= .99, "coverage", "in [0.5, 0.99]", share);
      return this;
    }

    /**
     * Sets after how long load repeats itself. Default a day; zero for never. Counts once it has
     * been seen whole.
     *
     * @throws IllegalArgumentException if negative
     */
    @CanIgnoreReturnValue
    public Builder season(Duration season) {
      this.season = Require.notNegative(season, "season");
      return this;
    }

    /**
     * Sets how a detector of anomalies is made from the names of the quantities it will see.
     * Default none. For example {@code names -> new RandomCutForestDetector(names, 1)}.
     */
    @CanIgnoreReturnValue
    public Builder anomalyDetector(Function<List<String>, AnomalyDetector> factory) {
      detector = Require.nonNull(factory, "anomalyDetector");
      return this;
    }

    /**
     * Builds the settings.
     *
     * @throws IllegalArgumentException if the horizon is shorter than the interval or longer than
     *     1,000 intervals, or the season is longer than 100,000 intervals
     */
    public WatchConfig build() {
      long step = interval.toNanos();
      long steps = horizon.toNanos() / step;
      Require.that(
          steps >= 1 && steps <= 1_000,
          "horizon",
          "from 1 to 1,000 times the interval (" + interval + ")",
          horizon);
      Require.that(
          season.toNanos() / step <= 100_000,
          "season",
          "at most 100,000 times the interval (" + interval + ")",
          season);
      return new WatchConfig(this);
    }
  }
}
