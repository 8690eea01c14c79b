package io.foreguard.predictive.command;

import io.foreguard.predictive.calls.CallDeadlines;
import io.foreguard.predictive.calls.CallRecord;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** When calls are too late, as the options say. Not thread-safe. */
final class Deadlines {
  private static final double QUANTILE = 0.99;
  private static final String HEADER = "dependency,deadline";

  private final Optional<Path> file;
  private Optional<Duration> one = Optional.empty();
  private Optional<Double> factor = Optional.empty();

  /**
   * Takes the options, and reads nothing.
   *
   * @throws IllegalArgumentException if one is wrong, or two exclude each other
   */
  Deadlines(Options options) {
    file = options.path("--deadlines");
    options.duration(
        "--deadline",
        deadline -> {
          CallDeadlines.fixed(deadline);
          one = Optional.of(deadline);
        });
    options.decimal(
        "--late",
        times -> {
          CallDeadlines.beyond(times, QUANTILE, List.of(), call -> true);
          factor = Optional.of(times);
        });
    if (factor.isPresent() && (one.isPresent() || file.isPresent())) {
      String other = one.isPresent() ? "--deadline" : "--deadlines";
      throw new IllegalArgumentException(other + " and --late must not both be given");
    }
  }

  /**
   * The deadlines of {@code calls}. What the file and the calls do not have in common is said.
   *
   * @throws IOException if the file cannot be read, or a line of it is wrong
   */
  CallDeadlines of(List<CallRecord> calls, Consumer<String> progress) throws IOException {
    if (factor.isPresent()) {
      return CallDeadlines.beyond(factor.get(), QUANTILE, calls, call -> true);
    }
    Map<String, Duration> own = Map.of();
    if (file.isPresent()) {
      own = read(file.get());
      tell(own.keySet(), calls, progress);
    }
    CallDeadlines listed = CallDeadlines.of(own);
    return one.isPresent() ? listed.withDefault(one.get()) : listed;
  }

  private static Map<String, Duration> read(Path file) throws IOException {
    Map<String, Duration> deadlines = new HashMap<>();
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (CharacterCodingException e) {
      throw new IOException(file + ": is not UTF-8", e);
    }
    for (int number = 1; number <= lines.size(); number++) {
      String line = lines.get(number - 1).strip();
      boolean header = number == 1 && line.equals(HEADER);
      if (line.isEmpty() || header) {
        continue;
      }
      int comma = line.lastIndexOf(',');
      String name = comma < 0 ? "" : line.substring(0, comma).strip();
      if (name.isEmpty()) {
        throw wrong(file, number, "must be DEPENDENCY,DEADLINE, but was " + line);
      }
      Duration deadline;
      try {
        deadline = Options.duration("deadline", line.substring(comma + 1).strip());
        CallDeadlines.fixed(deadline);
      } catch (IllegalArgumentException e) {
        throw wrong(file, number, String.valueOf(e.getMessage()));
      }
      if (deadlines.put(name, deadline) != null) {
        throw wrong(file, number, name + " must have one deadline, but has another above");
      }
    }
    return deadlines;
  }

  private static IOException wrong(Path file, int line, String problem) {
    return new IOException(file + ", line " + line + ": " + problem);
  }

  private void tell(Set<String> listed, List<CallRecord> calls, Consumer<String> progress) {
    Set<String> called = calls.stream().map(CallRecord::dependency).collect(Collectors.toSet());
    Set<String> unused = new TreeSet<>(listed);
    unused.removeAll(called);
    Set<String> others = new TreeSet<>(called);
    others.removeAll(listed);
    StringBuilder words = new StringBuilder();
    words.append(file.orElseThrow()).append(": ").append(listed.size()).append(" deadlines");
    if (!unused.isEmpty()) {
      words.append("; not in the log: ").append(unused);
    }
    if (!others.isEmpty()) {
      words.append(one.isPresent() ? "; with that of --deadline: " : "; without a deadline: ");
      words.append(others);
    }
    progress.accept(words.toString());
  }
}
