package io.foreguard.benchmarks.lab.replay;

import io.foreguard.benchmarks.lab.Costs;
import io.foreguard.evidence.Outcome;
import io.foreguard.internal.Require;
import io.foreguard.predictive.calls.CallLogFormat;
import io.foreguard.predictive.calls.TimeScale;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** What the command line asks for. Not thread-safe. */
final class ReplayOptions {
  /** How to use the command. */
  static final String USAGE =
      """
      usage: replay LOG... [options]
        LOG                  CSV or JSON Lines, also .gz: a call on each line, with its time, latency and status
        --current FILE       properties of the Spring starter: what runs today
        --guard NAME         whose properties; by default the dependency's name
        --dependency NAME    only calls to it; may be given again
        --busiest N          the N dependencies with most failures and refusals; 3 by default
        --deadline DURATION  after which callers give up, such as 2s; by default as time-outs in the log show
        --failure-cost X     cost of a call that fails at once, in answers; 0.25 by default
        --hold-cost X        further cost of one that holds its caller for the deadline; 1 by default
        --peers REGEX        which peers of the lab to replay too; some of Resilience4j by default
        --no-search          only the candidates that are there, no search for a better one
        --threads N          results do not depend on it; by default one for each processor
        --out FOLDER         where replay.md and replay.html go; target/replay by default
      where the columns of the log cannot be told by their names (SCALE is s, ms, us, ns or iso):
        --time COLUMN[:SCALE]        when calls started
        --end-time COLUMN[:SCALE]    when calls ended, if the log tells that
        --latency COLUMN[:SCALE]     how long they took
        --status COLUMN              how they ended
        --status-word WORD=OUTCOME   what a word there means: success, failure, timeout, rejected,
                                     caller_fault or ignored; may be given again
        --dependency-columns A,B     what names the dependency
        --key COLUMN                 replica, tenant or operation
        --separator C                between columns
        --max-skipped SHARE          of lines that make no sense, before the log is refused; 0.01 by default
      """;

  private static final int MOST_THREADS = 1_024;

  final List<Path> logs = new ArrayList<>();
  final List<String> dependencies = new ArrayList<>();
  @Nullable Path current;
  @Nullable String guard;
  @Nullable Duration deadline;
  int busiest = 3;
  double failureCost = Costs.FAILED;
  double holdCost = Costs.HELD;
  Pattern peers = Pattern.compile("^resilience4j-(10|100|time)$");
  boolean searches = true;
  int threads = Runtime.getRuntime().availableProcessors();
  Path out = Path.of("target", "replay");
  private final CallLogFormat.Builder format = CallLogFormat.builder();

  private final List<String> rest;

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException if it makes no sense
   */
  ReplayOptions(String... args) {
    rest = new ArrayList<>(Arrays.asList(args));
    while (!rest.isEmpty()) {
      String next = rest.remove(0);
      if (!next.startsWith("--")) {
        logs.add(Path.of(next));
      } else if (!takeReplay(next) && !takeFormat(next)) {
        throw new IllegalArgumentException(next + " is not an option\n" + USAGE);
      }
    }
    if (logs.isEmpty()) {
      throw new IllegalArgumentException("name at least one log\n" + USAGE);
    }
  }

  CallLogFormat format() {
    return format.build();
  }

  private boolean takeReplay(String option) {
    switch (option) {
      case "--current" -> current = Path.of(value(option));
      case "--guard" -> guard = value(option);
      case "--dependency" -> dependencies.add(value(option));
      case "--busiest" -> busiest = number(option, Integer.MAX_VALUE);
      case "--deadline" ->
          deadline = Require.positive(CurrentConfiguration.duration(option, value(option)), option);
      case "--failure-cost" ->
          failureCost =
              Require.positive(CurrentConfiguration.number(option, value(option)), option);
      case "--hold-cost" ->
          holdCost =
              Require.notNegative(CurrentConfiguration.number(option, value(option)), option);
      case "--peers" -> peers = pattern(option);
      case "--no-search" -> searches = false;
      case "--threads" -> threads = number(option, MOST_THREADS);
      case "--out" -> out = Path.of(value(option));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean takeFormat(String option) {
    switch (option) {
      case "--time" -> {
        String column = value(option);
        format.time(name(column), scale(column));
      }
      case "--end-time" -> {
        String column = value(option);
        format.endTime(name(column), scale(column));
      }
      case "--latency" -> {
        String column = value(option);
        format.latency(name(column), scale(column));
      }
      case "--status" -> format.status(value(option));
      case "--status-word" -> statusWord(value(option));
      case "--dependency-columns" -> format.dependencyColumns(value(option).split(",", -1));
      case "--key" -> format.key(value(option));
      case "--separator" -> {
        String character = value(option);
        Require.that(character.length() == 1, option, "one character", character);
        format.separator(character.charAt(0));
      }
      case "--max-skipped" ->
          format.maximumSkippedShare(CurrentConfiguration.number(option, value(option)));
      default -> {
        return false;
      }
    }
    return true;
  }

  private void statusWord(String value) {
    int at = value.lastIndexOf('=');
    String outcome = at < 0 ? "" : value.substring(at + 1).toUpperCase(Locale.ROOT);
    boolean known = Arrays.stream(Outcome.values()).anyMatch(o -> o.name().equals(outcome));
    Require.that(
        at > 0 && known,
        "--status-word",
        "a word, = and one of " + Arrays.toString(Outcome.values()),
        value);
    format.statusWord(value.substring(0, at), Outcome.valueOf(outcome));
  }

  private static String name(String column) {
    int at = column.lastIndexOf(':');
    return at < 0 ? column : column.substring(0, at);
  }

  private static TimeScale scale(String column) {
    int at = column.lastIndexOf(':');
    return switch (at < 0 ? "" : column.substring(at + 1)) {
      case "" -> TimeScale.AUTO;
      case "s" -> TimeScale.SECONDS;
      case "ms" -> TimeScale.MILLISECONDS;
      case "us" -> TimeScale.MICROSECONDS;
      case "ns" -> TimeScale.NANOSECONDS;
      case "iso" -> TimeScale.ISO_8601;
      default ->
          throw new IllegalArgumentException(
              "the scale of a column must be s, ms, us, ns or iso, but was in " + column);
    };
  }

  private Pattern pattern(String option) {
    String value = value(option);
    try {
      return Pattern.compile(value);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          option + " must be a regular expression, but was " + value, e);
    }
  }

  private int number(String option, int most) {
    return Require.inRange(CurrentConfiguration.whole(option, value(option)), 1, most, option);
  }

  private String value(String option) {
    if (rest.isEmpty()) {
      throw new IllegalArgumentException(option + " must be followed by a value");
    }
    return rest.remove(0);
  }
}
