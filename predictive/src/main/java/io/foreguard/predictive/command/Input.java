package io.foreguard.predictive.command;

import io.foreguard.evidence.Outcome;
import io.foreguard.predictive.calls.CallLog;
import io.foreguard.predictive.calls.CallLogFormat;
import io.foreguard.predictive.calls.CallLogReader;
import io.foreguard.predictive.calls.CallRecord;
import io.foreguard.predictive.calls.TimeScale;
import io.foreguard.predictive.label.FailureLabels;
import io.foreguard.predictive.observation.Observation;
import io.foreguard.predictive.observation.ObservationReader;
import io.foreguard.predictive.training.CallRows;
import io.foreguard.predictive.training.CallTraining;
import io.foreguard.predictive.training.ObservationRows;
import io.foreguard.predictive.training.TrainingData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Logs of samples or of calls, as rows. What the options say is checked before any file is read.
 */
final class Input {
  static final Set<String> OPTIONS =
      Set.of(
          "--samples",
          "--horizon",
          "--failure-share",
          "--min-requests",
          "--calls",
          "--time",
          "--time-unit",
          "--latency",
          "--latency-unit",
          "--status",
          "--status-word",
          "--dependency-columns",
          "--dependency",
          "--key",
          "--separator",
          "--max-skipped",
          "--deadline",
          "--deadlines",
          "--late",
          "--gap",
          "--leans-on");

  static final String HELP =
      """
      Input, one of:
        --samples FILE         log of samples (one a minute or so); again for more dependencies
          --horizon TIME       how far ahead to look, as 900s, 15m or 1h (15m)
          --failure-share X    failure share that counts as failure, in (0, 1] (0.5)
          --min-requests N     requests a sample needs to count as failing (1)
        --calls FILE           log of calls, CSV or JSON Lines, may be gzipped; again for more
          --time NAME          column of the start (found by its name)
          --time-unit UNIT     s, ms, us, ns or iso (found)
          --latency NAME       column of the duration (found by its name)
          --latency-unit UNIT  s, ms, us or ns (found by its name)
          --status NAME        column of the status (found by its name, if any)
          --status-word W=O    what a status means: success, failure, timeout, rejected,
                               caller_fault or ignored; may be given again
          --dependency-columns A,B   columns that name what was called, joined by ->
          --dependency NAME    name of what was called, where no column says it
          --key NAME           column of the replica, tenant or operation
          --separator C        between columns (,)
          --max-skipped X      share of rows that may be unreadable, in [0, 1] (0.01)
          --deadline TIME      calls that took longer count as failed
          --deadlines FILE     a deadline for each dependency: lines of DEPENDENCY,DEADLINE, as
                               frontend->cartservice,240ms; others have that of --deadline, if any
          --late X             calls that took longer than X times the 99th percentile of their
                               dependency's successes in this log count as failed; a log with long
                               incidents has a high percentile, and then little is late
          --gap TIME           pause after which everything is forgotten (found)
          --leans-on A=B,C     dependencies that A calls in turn; may be given again
      """;

  private final Consumer<String> progress;
  private final List<Path> samples;
  private final List<Path> calls;
  private final FailureLabels labels;
  private final CallLogFormat format;
  private final Deadlines deadlines;
  private final CallRows.Builder replay = CallRows.builder();

  Input(Options options, Consumer<String> progress) {
    this.progress = progress;
    samples = options.paths("--samples");
    calls = options.paths("--calls");
    if (samples.isEmpty() == calls.isEmpty()) {
      throw new IllegalArgumentException("either --samples or --calls must be given");
    }
    labels = labels(options);
    format = format(options);
    options.duration("--gap", replay::gap);
    deadlines = new Deadlines(options);
    replay.leansOn(leansOn(options));
  }

  TrainingData read() throws IOException {
    return samples.isEmpty() ? readCalls() : readSamples();
  }

  private TrainingData readSamples() throws IOException {
    List<List<Observation>> series = new ArrayList<>();
    for (Path file : samples) {
      List<Observation> read = ObservationReader.read(file);
      progress.accept(file + ": " + read.size() + " samples");
      series.add(read);
    }
    return ObservationRows.of(series, labels);
  }

  private TrainingData readCalls() throws IOException {
    List<CallRecord> all = new ArrayList<>();
    for (Path file : calls) {
      CallLog log = CallLogReader.read(file, format);
      progress.accept(file + ": " + log.summary().words());
      all.addAll(log.calls());
    }
    if (all.isEmpty()) {
      throw new IOException("there is no call in " + calls);
    }
    replay.deadlines(deadlines.of(all, progress));
    replay.progress(
        percent -> {
          if (percent % 10 == 0) {
            progress.accept("replayed " + percent + " %");
          }
        });
    return CallTraining.of(all, replay.build());
  }

  private static FailureLabels labels(Options options) {
    FailureLabels.Builder labels = FailureLabels.builder();
    options.duration("--horizon", labels::horizon);
    options.decimal("--failure-share", labels::failureShare);
    options.wholeNumber("--min-requests", labels::minimumRequests);
    return labels.build();
  }

  private static CallLogFormat format(Options options) {
    CallLogFormat.Builder format = CallLogFormat.builder();
    TimeScale timeScale = scale(options, "--time-unit");
    TimeScale latencyScale = scale(options, "--latency-unit");
    requireColumn(options, "--time-unit", "--time");
    requireColumn(options, "--latency-unit", "--latency");
    options.text("--time", column -> format.time(column, timeScale));
    options.text("--latency", column -> format.latency(column, latencyScale));
    options.text("--status", format::status);
    options
        .all("--status-word")
        .forEach(
            word -> {
              String[] parts = pair("--status-word", word);
              format.statusWord(parts[0], outcome(parts[1]));
            });
    options.text(
        "--dependency-columns", columns -> format.dependencyColumns(columns.split(",", -1)));
    options.text("--dependency", format::dependency);
    options.text("--key", format::key);
    options.text("--separator", text -> format.separator(separator(text)));
    options.decimal("--max-skipped", format::maximumSkippedShare);
    return format.build();
  }

  private static void requireColumn(Options options, String unit, String column) {
    if (options.has(unit) && !options.has(column)) {
      throw new IllegalArgumentException(unit + " needs " + column);
    }
  }

  private static TimeScale scale(Options options, String option) {
    return switch (options.text(option).orElse("")) {
      case "" -> TimeScale.AUTO;
      case "s" -> TimeScale.SECONDS;
      case "ms" -> TimeScale.MILLISECONDS;
      case "us" -> TimeScale.MICROSECONDS;
      case "ns" -> TimeScale.NANOSECONDS;
      case "iso" -> TimeScale.ISO_8601;
      default ->
          throw new IllegalArgumentException(
              option + " must be s, ms, us, ns or iso, but was " + options.all(option).get(0));
    };
  }

  private static Outcome outcome(String word) {
    try {
      return Outcome.valueOf(word.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "--status-word must name success, failure, timeout, rejected, caller_fault or ignored,"
              + " but was "
              + word,
          e);
    }
  }

  private static char separator(String text) {
    if (text.length() != 1) {
      throw new IllegalArgumentException("must be one character, but was " + text);
    }
    return text.charAt(0);
  }

  private static Map<String, List<String>> leansOn(Options options) {
    Map<String, List<String>> all = new HashMap<>();
    for (String given : options.all("--leans-on")) {
      String[] parts = pair("--leans-on", given);
      all.put(parts[0], List.of(parts[1].split(",", -1)));
    }
    return all;
  }

  private static String[] pair(String option, String value) {
    int at = value.lastIndexOf('=');
    if (at <= 0 || at == value.length() - 1) {
      throw new IllegalArgumentException(option + " must be NAME=VALUE, but was " + value);
    }
    return new String[] {value.substring(0, at), value.substring(at + 1)};
  }
}
