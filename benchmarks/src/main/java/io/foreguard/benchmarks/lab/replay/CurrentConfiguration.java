package io.foreguard.benchmarks.lab.replay;

import io.foreguard.circuitbreaker.ClassicPolicy;
import io.foreguard.circuitbreaker.ClassicPolicy.WindowType;
import io.foreguard.internal.Require;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What runs today, from the starter's properties: {@code foreguard.guards.NAME.*} over {@code
 * foreguard.defaults.*}. What a log cannot judge, such as retries, is left out and named. Not
 * thread-safe.
 */
final class CurrentConfiguration {
  private static final Pattern DURATION = Pattern.compile("([0-9]+)\\s*(ns|us|ms|s|m|h|d)?");

  private final Map<String, String> values = new LinkedHashMap<>();
  private final Set<String> ignored = new TreeSet<>();

  private CurrentConfiguration() {}

  /** Reads a properties file for a guard. */
  static CurrentConfiguration read(Path file, String guard) throws IOException {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      properties.load(in);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " must be a properties file: " + e.getMessage(), e);
    }
    return of(properties, guard);
  }

  static CurrentConfiguration of(Properties properties, String guard) {
    CurrentConfiguration found = new CurrentConfiguration();
    List<String> prefixes =
        List.of(
            "foreguard.defaults.",
            "foreguard.guards." + guard + ".",
            "foreguard.guards.[" + guard + "].");
    for (String prefix : prefixes) {
      for (String name : new TreeSet<>(properties.stringPropertyNames())) {
        if (name.startsWith(prefix)) {
          found.values.put(name.substring(prefix.length()), properties.getProperty(name).strip());
        }
      }
    }
    return found;
  }

  /** Properties that were found and say nothing that a log could judge. */
  List<String> ignored() {
    return List.copyOf(ignored);
  }

  /**
   * The configuration.
   *
   * @throws IllegalArgumentException if a value is not one of its property
   */
  Configuration configuration() {
    boolean classic = "classic".equalsIgnoreCase(values.getOrDefault("policy", "predictive"));
    ClassicPolicy.Builder thresholds = ClassicPolicy.builder();
    window(thresholds);
    Configuration found =
        Configuration.defaults()
            .with(draft -> values.forEach((name, value) -> take(draft, thresholds, name, value)));
    Configuration whole = classic ? found.with(d -> d.classic = thresholds.build()) : found;
    var unused = whole.breaker(); // refuses what does not go together
    return whole;
  }

  private void window(ClassicPolicy.Builder thresholds) {
    ClassicPolicy usual = ClassicPolicy.builder().build();
    String type = values.get("classic.sliding-window-type");
    String size = values.get("classic.sliding-window-size");
    if (type != null || size != null) {
      String word = type == null ? usual.windowType().name() : type;
      String constant = word.toUpperCase(Locale.ROOT).replace('-', '_');
      Require.that(
          constant.equals("COUNT_BASED") || constant.equals("TIME_BASED"),
          "classic.sliding-window-type",
          "count-based or time-based",
          word);
      thresholds.slidingWindow(
          WindowType.valueOf(constant),
          size == null ? usual.windowSize() : whole("classic.sliding-window-size", size));
    }
  }

  private void take(
      Configuration.Draft draft, ClassicPolicy.Builder classic, String name, String value) {
    switch (name) {
      case "timeout" -> draft.timeout = duration(name, value);
      case "slow-call-duration" -> draft.slowCallDuration = duration(name, value);
      case "predictive.fast-failure-cost" -> draft.fastFailureCost = number(name, value);
      case "predictive.hold-cost" -> draft.holdCost = number(name, value);
      case "predictive.rejection-cost" -> draft.rejectionCost = number(name, value);
      case "predictive.minimum-success-probability" ->
          draft.minimumSuccessProbability = number(name, value);
      case "classic.failure-rate-threshold" -> classic.failureRateThreshold(number(name, value));
      case "classic.slow-call-rate-threshold" -> classic.slowCallRateThreshold(number(name, value));
      case "classic.minimum-calls" -> classic.minimumCalls(whole(name, value));
      case "classic.open-duration" -> classic.openDuration(duration(name, value));
      case "classic.half-open-calls" -> classic.halfOpenCalls(whole(name, value));
      case "policy", "classic.sliding-window-type", "classic.sliding-window-size" -> {}
      default -> ignored.add(name);
    }
  }

  /**
   * A duration as the starter reads it: a number, of milliseconds unless a unit follows, or as in
   * ISO 8601.
   *
   * @throws IllegalArgumentException if it is neither
   */
  static Duration duration(String name, String value) {
    Matcher simple = DURATION.matcher(value);
    try {
      if (!simple.matches()) {
        return Duration.parse(value);
      }
      long count = Long.parseLong(simple.group(1));
      return switch (simple.group(2) == null ? "ms" : simple.group(2)) {
        case "ns" -> Duration.ofNanos(count);
        case "us" -> Duration.ofNanos(Math.multiplyExact(count, 1_000));
        case "ms" -> Duration.ofMillis(count);
        case "s" -> Duration.ofSeconds(count);
        case "m" -> Duration.ofMinutes(count);
        case "h" -> Duration.ofHours(count);
        default -> Duration.ofDays(count);
      };
    } catch (DateTimeParseException | ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(
          name + " must be a duration such as 500ms, 2s or PT2S, but was " + value, e);
    }
  }

  static double number(String name, String value) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " must be a number, but was " + value, e);
    }
  }

  static int whole(String name, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " must be a whole number, but was " + value, e);
    }
  }
}
