package io.foreguard.samples.incident;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the command line asks for. Immutable.
 *
 * @param play whether to play the incident
 * @param serve whether to leave the services of the last lane up at the end
 * @param lanes protections to play, in this order
 * @param seed seed of the arrivals, the callers and the faults
 * @param rate inbound calls per second on average
 * @param scale factor on the length of every phase
 * @param out folder for the results
 * @param recompute folder of an earlier run whose table is to be computed again
 * @param home folder of the checkout, in which the services were built
 * @param columns width of the terminal on which progress rewrites its line, 0 when there is none
 */
record Options(
    boolean play,
    boolean serve,
    List<String> lanes,
    long seed,
    double rate,
    double scale,
    Path out,
    Optional<Path> recompute,
    Path home,
    int columns) {

  static final List<String> LANES =
      List.of("none", "resilience4j-100", "resilience4j-10", "foreguard");

  static final String HELP =
      """
      Plays one incident against the sample services, once per protection, and compares what callers saw.

        --lanes A,B     protections to play, in this order (default none,resilience4j-100,resilience4j-10,foreguard)
        --seed N        seed of arrivals, callers and faults (default 42)
        --rate R        inbound calls per second, in (0, 1000] (default 60)
        --scale X       factor on the length of each phase, in [0.1, 20] (default 1: 27 s per protection)
        --out DIR       folder for raw logs, table.md and report.html (default target/incident-demo)
        --serve         leave the services of the last protection up at the end, until Ctrl-C
        --serve-only    the same without playing the incident before
        --recompute DIR compute table and report of an earlier run again from its raw logs
        --help          this text
      """;

  /**
   * Reads the arguments, each as {@code --name value} or {@code --name=value}.
   *
   * @throws IllegalArgumentException if one is unknown, given twice or out of range, with name,
   *     rule and value
   */
  static Options parse(String... args) {
    Reader reader = new Reader(args);
    boolean play = true;
    boolean serve = false;
    int columns = 0;
    List<String> lanes = LANES;
    long seed = 42;
    double rate = 60;
    double scale = 1;
    Path out = Path.of("target", "incident-demo");
    Path home = Path.of("");
    Optional<Path> recompute = Optional.empty();
    while (reader.advance()) {
      switch (reader.name) {
        case "--serve" -> serve = true;
        case "--serve-only" -> {
          serve = true;
          play = false;
        }
        case "--columns" -> columns = (int) reader.number("in [0, 10000]", 0, 10_000);
        case "--lanes" -> lanes = lanes(reader.value());
        case "--seed" -> seed = reader.whole();
        case "--rate" -> rate = reader.number("in (0, 1000]", Double.MIN_VALUE, 1000);
        case "--scale" -> scale = reader.number("in [0.1, 20]", 0.1, 20);
        case "--out" -> out = Path.of(reader.value());
        case "--home" -> home = Path.of(reader.value());
        case "--recompute" -> recompute = Optional.of(Path.of(reader.value()));
        default -> throw refused("argument", "one of those that --help lists", reader.name);
      }
    }
    return new Options(play, serve, lanes, seed, rate, scale, out, recompute, home, columns);
  }

  private static List<String> lanes(String value) {
    List<String> lanes = Arrays.asList(value.split(",", -1));
    for (String lane : lanes) {
      if (!LANES.contains(lane)) {
        throw refused("--lanes", "a list of " + String.join(", ", LANES), value);
      }
    }
    if (new HashSet<>(lanes).size() < lanes.size()) {
      throw refused("--lanes", "without repetitions", value);
    }
    return List.copyOf(lanes);
  }

  private static IllegalArgumentException refused(String name, String rule, String value) {
    return new IllegalArgumentException(name + " must be " + rule + ", but was " + value);
  }

  private static final class Reader {
    private final List<String> words = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private int next;
    private boolean joined;
    private String name = "";

    Reader(String... args) {
      for (String arg : args) {
        words.add(arg);
      }
    }

    boolean advance() {
      if (joined) {
        throw refused(
            name, "without a value", words.get(next).substring(words.get(next).indexOf('=') + 1));
      }
      if (next == words.size()) {
        return false;
      }
      String word = words.get(next);
      joined = word.startsWith("--") && word.indexOf('=') > 0;
      name = joined ? word.substring(0, word.indexOf('=')) : word;
      next += joined ? 0 : 1;
      if (!seen.add(name)) {
        throw refused(name, "given once", "given again");
      }
      return true;
    }

    String value() {
      if (next == words.size()) {
        throw refused(name, "followed by a value", "the last word");
      }
      String word = words.get(next++);
      String value = joined ? word.substring(word.indexOf('=') + 1) : word;
      joined = false;
      if (value.isEmpty()) {
        throw refused(name, "followed by a value", "empty");
      }
      return value;
    }

    long whole() {
      String value = value();
      try {
        return Long.parseLong(value);
      } catch (NumberFormatException e) {
        throw refused(name, "a whole number", value);
      }
    }

    double number(String rule, double min, double max) {
      String value = value();
      double number;
      try {
        number = Double.parseDouble(value);
      } catch (NumberFormatException e) {
        throw refused(name, rule, value);
      }
      if (!(number >= min && number <= max)) {
        throw refused(name, rule, value);
      }
      return number;
    }
  }
}
