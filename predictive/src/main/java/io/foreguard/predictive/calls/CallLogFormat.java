package io.foreguard.predictive.calls;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.evidence.Outcome;
import io.foreguard.internal.Require;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where in a log to find what of a call: for logs of any system that have a header (CSV, also with
 * semicolons or tabs) or names (JSON Lines). What is not set is found by the names that are common
 * for it. Logs that {@link CallLogWriter} wrote need nothing set. Immutable.
 *
 * <table>
 * <caption>Names that are found, in any case</caption>
 * <tr><th>what<th>names
 * <tr><td>time<td>time, timestamp, ts, t, start, start_time, date, datetime, and with a unit at the
 *     end (start_ns)
 * <tr><td>latency<td>latency, duration, elapsed, response_time, request_time, took, and with a unit
 *     at the end (duration_ms, client_us)
 * <tr><td>status<td>status, status_code, code, http_code, http_status, response_code, outcome,
 *     result, grpc_status, error, failed, success, ok
 * <tr><td>dependency<td>caller and callee, or dependency, callee, service, target, upstream, host
 * <tr><td>key<td>key, op, operation, method, endpoint, route
 * </table>
 */
public final class CallLogFormat {
  private static final CallLogFormat DETECTED = builder().build();

  private final Builder settings;

  private CallLogFormat(Builder settings) {
    this.settings = settings;
  }

  /** The format in which everything is found by its name. */
  public static CallLogFormat detected() {
    return DETECTED;
  }

  /** Starts building a format in which nothing is set. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts building a format from this one's settings. */
  public Builder toBuilder() {
    return new Builder(settings);
  }

  /** Column of when calls started or ended; empty: found by name. */
  public Optional<String> timeColumn() {
    return text(settings.timeColumn);
  }

  /** How moments are written. */
  public TimeScale timeScale() {
    return settings.timeScale;
  }

  /** Whether the time column tells when calls ended. */
  public boolean timeIsEnd() {
    return settings.timeIsEnd;
  }

  /** Column of how long calls took; empty: found by name. */
  public Optional<String> latencyColumn() {
    return text(settings.latencyColumn);
  }

  /** How lengths of time are written. */
  public TimeScale latencyScale() {
    return settings.latencyScale;
  }

  /** Column of how calls ended; empty: found by name, and without one every call is a success. */
  public Optional<String> statusColumn() {
    return text(settings.statusColumn);
  }

  /** What values of the status column mean, besides those that are known; unmodifiable. */
  public Map<String, Outcome> statusWords() {
    return settings.statusWords;
  }

  /** Columns that together name the dependency; empty: found by name. */
  public List<String> dependencyColumns() {
    return settings.dependencyColumns;
  }

  /** Name of the dependency where no column tells. */
  public String dependency() {
    return settings.dependency;
  }

  /** Column of the call's key; empty: found by name, and without one calls have no key. */
  public Optional<String> keyColumn() {
    return text(settings.keyColumn);
  }

  /** Character between columns; 0: whichever of comma, semicolon and tab the header has. */
  public char separator() {
    return settings.separator;
  }

  /** Share of the rows that may be passed over because a value is missing or impossible. */
  public double maximumSkippedShare() {
    return settings.maximumSkippedShare;
  }

  /** Whether rows equal to an earlier one are passed over. */
  public boolean dropsDuplicates() {
    return settings.dropDuplicates;
  }

  private static Optional<String> text(String name) {
    return name.isEmpty() ? Optional.empty() : Optional.of(name);
  }

  /** Settings of a format. Not thread-safe. */
  public static final class Builder {
    private String timeColumn = "";
    private TimeScale timeScale = TimeScale.AUTO;
    private boolean timeIsEnd;
    private String latencyColumn = "";
    private TimeScale latencyScale = TimeScale.AUTO;
    private String statusColumn = "";
    private Map<String, Outcome> statusWords = Map.of();
    private List<String> dependencyColumns = List.of();
    private String dependency = "all";
    private String keyColumn = "";
    private char separator;
    private double maximumSkippedShare = .01;
    private boolean dropDuplicates;

    private Builder() {}

    private Builder(Builder other) {
      timeColumn = other.timeColumn;
      timeScale = other.timeScale;
      timeIsEnd = other.timeIsEnd;
      latencyColumn = other.latencyColumn;
      latencyScale = other.latencyScale;
      statusColumn = other.statusColumn;
      statusWords = other.statusWords;
      dependencyColumns = other.dependencyColumns;
      dependency = other.dependency;
      keyColumn = other.keyColumn;
      separator = other.separator;
      maximumSkippedShare = other.maximumSkippedShare;
      dropDuplicates = other.dropDuplicates;
    }

    /** Sets the column of when calls started, and how moments are written there. */
    @CanIgnoreReturnValue
    public Builder time(String column, TimeScale scale) {
      timeColumn = Require.name(column, "column");
      timeScale = Require.nonNull(scale, "scale");
      timeIsEnd = false;
      return this;
    }

    /** Sets the column of when calls ended, and how moments are written there. */
    @CanIgnoreReturnValue
    public Builder endTime(String column, TimeScale scale) {
      time(column, scale);
      timeIsEnd = true;
      return this;
    }

    /**
     * Sets the column of how long calls took, and its unit.
     *
     * @throws IllegalArgumentException if the scale is one of dates
     */
    @CanIgnoreReturnValue
    public Builder latency(String column, TimeScale scale) {
      Require.nonNull(scale, "scale");
      Require.that(scale != TimeScale.ISO_8601, "scale", "one of numbers", scale);
      latencyColumn = Require.name(column, "column");
      latencyScale = scale;
      return this;
    }

    /** Sets the column of how calls ended. */
    @CanIgnoreReturnValue
    public Builder status(String column) {
      statusColumn = Require.name(column, "column");
      return this;
    }

    /** Adds what a value of the status column means, in this very spelling. */
    @CanIgnoreReturnValue
    public Builder statusWord(String value, Outcome outcome) {
      Map<String, Outcome> words = new HashMap<>(statusWords);
      words.put(Require.name(value, "value"), Require.nonNull(outcome, "outcome"));
      statusWords = Map.copyOf(words);
      return this;
    }

    /** Sets the columns that together name the dependency; their values are joined by an arrow. */
    @CanIgnoreReturnValue
    public Builder dependencyColumns(String... columns) {
      for (String column : columns) {
        Require.name(column, "column");
      }
      dependencyColumns = List.of(columns);
      return this;
    }

    /** Sets the name of the dependency where no column tells. Default {@code all}. */
    @CanIgnoreReturnValue
    public Builder dependency(String name) {
      dependency = Require.name(name, "name");
      return this;
    }

    /** Sets the column of the call's key, for example its operation. */
    @CanIgnoreReturnValue
    public Builder key(String column) {
      keyColumn = Require.name(column, "column");
      return this;
    }

    /** Sets the character between columns. Default: comma, semicolon or tab, as in the header. */
    @CanIgnoreReturnValue
    public Builder separator(char character) {
      boolean fits = character != '"' && character != '\n' && character != '\r' && character != 0;
      Require.that(fits, "separator", "no quote and no line end", character);
      separator = character;
      return this;
    }

    /**
     * Sets the share of the rows that may be passed over because a value is missing or impossible;
     * beyond it the log is refused, naming the first such line. 0 refuses the first. Default 0.01.
     *
     * @throws IllegalArgumentException if outside {@code [0, 1]}
     */
    @CanIgnoreReturnValue
    public Builder maximumSkippedShare(double share) {
      Require.that(share >= 0 && share <= 1, "maximumSkippedShare", "in [0, 1]", share);
      maximumSkippedShare = share;
      return this;
    }

    /**
     * Sets whether rows equal to an earlier one in all that is read are passed over. Default false,
     * for on a coarse clock two calls may look the same; they are counted all the same.
     */
    @CanIgnoreReturnValue
    public Builder dropDuplicates(boolean drop) {
      dropDuplicates = drop;
      return this;
    }

    /** Builds the format. */
    public CallLogFormat build() {
      return new CallLogFormat(new Builder(this));
    }
  }
}
