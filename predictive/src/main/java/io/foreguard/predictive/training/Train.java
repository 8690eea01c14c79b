package io.foreguard.predictive.training;

import io.foreguard.predictive.label.FailureLabels;
import io.foreguard.predictive.observation.Observation;
import io.foreguard.predictive.observation.ObservationReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The command that trains a forest on logs of observations and writes a model file. */
public final class Train {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(s|m|h)");

  private static final String HELP =
      """
      Trains a model that foresees the failures of a dependency.

        java -cp ... io.foreguard.predictive.training.Train --in points.csv --out points.fgm

      --in FILE            log of observations; may be given again for more dependencies
      --out FILE           model file to write
      --report FILE        training report to write, in Markdown
      --name NAME          name of the model in explanations (forest)
      --horizon TIME       how far ahead to look, as 900s, 15m or 1h (15m)
      --failure-share X    failure share that counts as failure, in (0, 1] (0.5)
      --min-requests N     requests a sample needs to count as failing (1)
      --threshold X        probability of failure above which to act, in (0, 1] (0.85)
      --held-out X         share of the rows, the latest, to judge on, in [0.05, 0.9] (0.3)
      --trees N            number of trees, in [1, 10000] (100)
      --depth N            most splits from root to leaf, in [1, 60] (12)
      --leaf N             rows a node needs to be split, in [1, 1000000] (5)
      --seed N             seed of everything random (1)
      --help               this text

      Needs com.github.haifengl:smile-core:2.6.0 on the class path; using the model does not.
      Exit status: 0 done, 1 failed, 2 wrong options.
      """;

  private final PrintStream out;
  private final PrintStream err;
  private final TrainingConfig.Builder config = TrainingConfig.builder();
  private final FailureLabels.Builder labels = FailureLabels.builder();
  private final List<Path> inputs = new ArrayList<>();
  private @Nullable Path output;
  private @Nullable Path report;

  private Train(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** Runs the command and ends the process with its status. */
  public static void main(String[] args) {
    System.exit(run(args, System.out, System.err));
  }

  /** Runs the command and returns its exit status: 0 done, 1 failed, 2 wrong options. */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    if (List.of(args).contains("--help")) {
      out.print(HELP);
      return DONE;
    }
    Train train = new Train(out, err);
    try {
      train.parse(args);
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      err.println("Say --help for the options.");
      return MISUSED;
    }
    return train.run();
  }

  private void parse(String[] args) {
    for (int i = 0; i < args.length; i += 2) {
      String option = args[i];
      if (i + 1 == args.length) {
        throw new IllegalArgumentException(
            option.startsWith("--") ? option + " needs a value" : "unknown option " + option);
      }
      parse(option, args[i + 1]);
    }
    if (inputs.isEmpty() || output == null) {
      throw new IllegalArgumentException("--in and --out must both be given");
    }
  }

  private void parse(String option, String value) {
    switch (option) {
      case "--in" -> inputs.add(path(option, value));
      case "--out" -> output = path(option, value);
      case "--report" -> report = path(option, value);
      case "--name" -> config.name(value);
      case "--horizon" -> labels.horizon(duration(option, value));
      case "--failure-share" -> labels.failureShare(decimal(option, value));
      case "--min-requests" -> labels.minimumRequests(integer(option, value));
      case "--threshold" -> config.threshold(decimal(option, value));
      case "--held-out" -> config.heldOutShare(decimal(option, value));
      case "--trees" -> config.trees(smallInteger(option, value));
      case "--depth" -> config.maximumDepth(smallInteger(option, value));
      case "--leaf" -> config.minimumLeafSize(smallInteger(option, value));
      case "--seed" -> config.seed(integer(option, value));
      default -> throw new IllegalArgumentException("unknown option " + option);
    }
  }

  private int run() {
    try {
      train();
      return DONE;
    } catch (TrainingException e) {
      err.println("Cannot train: " + e.getMessage());
    } catch (IOException e) {
      err.println("Cannot train: " + describe(e));
    } catch (IllegalArgumentException e) {
      err.println("Cannot train: " + e.getMessage());
    } catch (NoClassDefFoundError e) {
      err.println(
          "Cannot train: add com.github.haifengl:smile-core:2.6.0 to the class path ("
              + e.getMessage()
              + " is missing)");
    }
    return FAILED;
  }

  private void train() throws IOException, TrainingException {
    List<List<Observation>> series = new ArrayList<>();
    for (Path input : inputs) {
      List<Observation> samples = ObservationReader.read(input);
      out.println(input + ": " + samples.size() + " samples");
      series.add(samples);
    }
    Trainer.Result result =
        new Trainer(config.labels(labels.build()).build(), out::println).train(series);
    Path target = Objects.requireNonNull(output, "output");
    result.write(target);
    if (report != null) {
      Files.writeString(report, result.report().toMarkdown(), StandardCharsets.UTF_8);
    }
    out.printf(
        Locale.ROOT,
        "Wrote %s: %s, AUC %.4f on later rows (%.4f while not failing yet)%n",
        target,
        result.forest(),
        result.report().figure("held_out.forest.auc"),
        result.report().figure("early.forest.auc"));
  }

  private static String describe(IOException e) {
    return e instanceof FileSystemException
        ? e.getClass().getSimpleName() + ": " + e.getMessage()
        : String.valueOf(e.getMessage());
  }

  private static Path path(String option, String value) {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(option + " must be a path, but was " + value, e);
    }
  }

  private static Duration duration(String option, String value) {
    Matcher matcher = DURATION.matcher(value);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          option + " must be a time as 900s, 15m or 1h, but was " + value);
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
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

  private static int smallInteger(String option, String value) {
    long number = integer(option, value);
    return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, number));
  }

  private static long integer(String option, String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(option + " must be a whole number, but was " + value, e);
    }
  }
}
