package io.foreguard.predictive.command;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Options of a command, each with a value. All that is wrong with them is an {@link
 * IllegalArgumentException} that names the option. Immutable.
 */
final class Options {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(us|ms|s|m|h)");

  private final Map<String, List<String>> values;

  private Options(Map<String, List<String>> values) {
    this.values = values;
  }

  /** Takes {@code args} from {@code from} on; only {@code known} names are allowed. */
  static Options parse(String[] args, int from, Set<String> known) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (int i = from; i < args.length; i += 2) {
      String option = args[i];
      if (!known.contains(option)) {
        throw new IllegalArgumentException("unknown option " + option);
      }
      if (i + 1 == args.length) {
        throw new IllegalArgumentException(option + " needs a value");
      }
      values.computeIfAbsent(option, name -> new ArrayList<>()).add(args[i + 1]);
    }
    return new Options(values);
  }

  boolean has(String option) {
    return values.containsKey(option);
  }

  /** All values of an option that may be given again. */
  List<String> all(String option) {
    return values.getOrDefault(option, List.of());
  }

  /** The value of an option that may be given once. */
  Optional<String> text(String option) {
    List<String> given = all(option);
    if (given.size() > 1) {
      throw new IllegalArgumentException(option + " may be given once, but was " + given);
    }
    return given.stream().findFirst();
  }

  void text(String option, Consumer<String> sink) {
    text(option).ifPresent(value -> accept(option, value, sink));
  }

  void decimal(String option, Consumer<Double> sink) {
    text(option).ifPresent(value -> accept(option, decimal(option, value), sink));
  }

  void integer(String option, Consumer<Integer> sink) {
    text(option)
        .ifPresent(
            value -> {
              long number = wholeNumber(option, value);
              long bounded = Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, number));
              accept(option, (int) bounded, sink);
            });
  }

  void wholeNumber(String option, Consumer<Long> sink) {
    text(option).ifPresent(value -> accept(option, wholeNumber(option, value), sink));
  }

  void duration(String option, Consumer<Duration> sink) {
    text(option).ifPresent(value -> accept(option, duration(option, value), sink));
  }

  Path requiredPath(String option) {
    return path(option).orElseThrow(() -> new IllegalArgumentException(option + " must be given"));
  }

  Optional<Path> path(String option) {
    return text(option).map(value -> path(option, value));
  }

  List<Path> paths(String option) {
    return all(option).stream().map(value -> path(option, value)).toList();
  }

  private static <T> void accept(String option, T value, Consumer<T> sink) {
    try {
      sink.accept(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
    }
  }

  private static Path path(String option, String value) {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(option + " must be a path, but was " + value, e);
    }
  }

  /** The time that {@code value} says, as 500us, 500ms, 900s, 15m or 1h. */
  static Duration duration(String option, String value) {
    Matcher matcher = DURATION.matcher(value);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          option + " must be a time as 500us, 500ms, 900s, 15m or 1h, but was " + value);
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "us" -> Duration.of(number, ChronoUnit.MICROS);
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }

  private static double decimal(String option, String value) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(option + " must be a number, but was " + value, e);
    }
  }

  private static long wholeNumber(String option, String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(option + " must be a whole number, but was " + value, e);
    }
  }
}
