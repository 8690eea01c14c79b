package io.foreguard.benchmarks.lab.replay;

import io.foreguard.predictive.calls.CallLog;
import io.foreguard.predictive.calls.CallLogReader;
import io.foreguard.predictive.calls.CallRecord;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Replays logs of calls through configurations and prints which to take. Arguments: see {@code
 * docs/replay.md}, or start it without any.
 */
public final class ReplayRun {
  /** What callers are taken to wait at most where neither the log nor the user tells. */
  static final Duration ASSUMED_DEADLINE = Duration.ofSeconds(2);

  private final ReplayOptions options;
  private final PrintStream out;
  private final PrintStream progress;
  private final List<String> notes = new ArrayList<>();

  private ReplayRun(ReplayOptions options, PrintStream out, PrintStream progress) {
    this.options = options;
    this.out = out;
    this.progress = progress;
  }

  /** Runs what the arguments ask for; ends the process with 2 if they or a log make no sense. */
  public static void main(String[] args) {
    int status = run(args, System.out, System.err);
    if (status != 0) {
      System.exit(status);
    }
  }

  /** Like {@link #main}, with the streams to write to; gives the status. */
  static int run(String[] args, PrintStream out, PrintStream progress) {
    try {
      new ReplayRun(new ReplayOptions(args), out, progress).replay();
      return 0;
    } catch (IllegalArgumentException e) {
      progress.println(e.getMessage());
    } catch (IOException e) {
      boolean isPlain = e instanceof java.nio.file.NoSuchFileException;
      progress.println(isPlain ? "there is no file " + e.getMessage() : e.getMessage());
    }
    return 2;
  }

  private void replay() throws IOException {
    long start = System.nanoTime();
    List<ReplayLog> logs = chosen(read());
    List<Replayed> replays = new ArrayList<>();
    try (Workers workers = new Workers(options.threads, progress)) {
      for (ReplayLog log : logs) {
        progress.printf(Locale.ROOT, "%s: %,d calls%n", log.dependency(), log.size());
        replays.add(Replayed.of(log, plan(log.dependency()), workers));
      }
    }
    ReplayReport.write(options.out, replays, notes);
    out.print(ReplayReport.summary(replays, notes));
    progress.printf(Locale.ROOT, "%.0f s%n", (System.nanoTime() - start) / 1e9);
    progress.println("report: " + options.out.resolve("replay.html").toAbsolutePath());
  }

  private Map<String, ReplayLog.Builder> read() throws IOException {
    Map<String, ReplayLog.Builder> builders = new LinkedHashMap<>();
    for (Path file : options.logs) {
      progress.println("reading " + file);
      if (Files.isDirectory(file)) {
        throw new IllegalArgumentException("a log must be a file, but was the folder " + file);
      }
      CallLog log = CallLogReader.read(file, options.format());
      notes.add(file.getFileName() + ": " + log.summary().words() + ".");
      for (CallRecord call : log.calls()) {
        builders.computeIfAbsent(call.dependency(), ReplayLog.Builder::new).add(call);
      }
    }
    if (builders.isEmpty()) {
      throw new IllegalArgumentException("there is no call in " + options.logs);
    }
    return builders;
  }

  private List<ReplayLog> chosen(Map<String, ReplayLog.Builder> builders) {
    for (String name : options.dependencies) {
      if (!builders.containsKey(name)) {
        throw new IllegalArgumentException(
            "--dependency must be one of "
                + new TreeSet<>(builders.keySet())
                + ", but was "
                + name);
      }
    }
    if (!options.dependencies.isEmpty()) {
      return options.dependencies.stream().map(name -> build(builders, name)).toList();
    }
    List<String> names =
        builders.values().stream()
            .sorted(
                Comparator.comparingInt(ReplayLog.Builder::troubles)
                    .thenComparingInt(ReplayLog.Builder::size)
                    .reversed())
            .limit(options.busiest)
            .map(ReplayLog.Builder::dependency)
            .toList();
    if (names.size() < builders.size()) {
      notes.add(
          String.format(
              Locale.ROOT,
              "Of %d dependencies, the %d with most failures and refusals are here; --busiest and"
                  + " --dependency choose others.",
              builders.size(),
              names.size()));
    }
    return names.stream().map(name -> build(builders, name)).toList();
  }

  /** Builds one and lets go of what it was built from. */
  private static ReplayLog build(Map<String, ReplayLog.Builder> builders, String name) {
    ReplayLog.Builder builder = builders.remove(name);
    if (builder == null) {
      throw new IllegalArgumentException("--dependency must name " + name + " once");
    }
    return builder.build();
  }

  private Replayed.Plan plan(String dependency) throws IOException {
    Optional<Configuration> current = Optional.empty();
    if (options.current != null) {
      String guard = options.guard == null ? dependency : options.guard;
      CurrentConfiguration read = CurrentConfiguration.read(options.current, guard);
      current = Optional.of(read.configuration());
      if (!read.ignored().isEmpty()) {
        notes.add(
            "Of what runs today for " + guard + ", a log cannot judge " + read.ignored() + ".");
      }
    }
    return new Replayed.Plan(
        current,
        options.deadline,
        options.failureCost,
        options.holdCost,
        options.peers,
        options.searches);
  }
}
