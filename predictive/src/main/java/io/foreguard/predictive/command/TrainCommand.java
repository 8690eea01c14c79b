package io.foreguard.predictive.command;

import io.foreguard.predictive.training.ModelKind;
import io.foreguard.predictive.training.Trainer;
import io.foreguard.predictive.training.TrainingConfig;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Trains a model and writes it with a report. */
final class TrainCommand implements Subcommand {
  private static final Set<String> OWN =
      Set.of(
          "--out",
          "--report",
          "--name",
          "--model",
          "--threshold",
          "--held-out",
          "--calibration-folds",
          "--folds",
          "--trees",
          "--depth",
          "--leaf",
          "--boosting-trees",
          "--boosting-leaves",
          "--boosting-rate",
          "--boosting-features",
          "--boosting-leaf",
          "--ridge",
          "--seed");

  private static final String HELP =
      """
      Trains a model that foresees failures.

        foreguard train --calls calls.csv.gz --out points.fgm --report points.html

      {input}
      Model:
        --out FILE             model file to write
        --report FILE          report to write, .md or .html; may be given again
        --name NAME            name of the model in explanations (model)
        --model KIND           boosting, forest, logistic, or best of the three (boosting)
        --threshold X          probability of failure above which to act, in (0, 1] (0.85)
        --held-out X           share of the rows, the latest, to judge on, in [0.05, 0.9] (0.3)
        --calibration-folds N  parts of the other rows, each to calibrate on a model trained
                               without it, in [2, 20] (4)
        --folds N              cross-validation by group in the report: 0 or in [3, 50] (0)
        --trees N              trees of a forest, in [1, 10000] (100)
        --depth N              most splits from root to leaf, in [1, 60] (12)
        --leaf N               rows a node needs to be split, in [1, 1000000] (5)
        --boosting-trees N     boosted trees, in [1, 10000] (200)
        --boosting-leaves N    leaves of each, in [2, 60] (6)
        --boosting-rate X      share that each adds, in (0, 1] (0.04)
        --boosting-features X  share of the features that each split tries, in (0, 1] (0.1)
        --boosting-leaf X      share of a tree's rows that each leaf needs, in [0, 0.5] (0.005)
        --ridge X              penalty of a logistic regression and of boosted leaves, at
                               least 0 (1)
        --seed N               seed of everything random (1)

      Forests and logistic regressions need com.github.haifengl:smile-core:2.6.0 on the class path; using the model does not.
      """;

  @Override
  public Set<String> options() {
    return Stream.concat(Input.OPTIONS.stream(), OWN.stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public String help() {
    return HELP.replace("{input}\n", Input.HELP);
  }

  @Override
  public Task prepare(Options options, PrintStream out) {
    Path file = options.requiredPath("--out");
    List<Path> reports = Reports.files(options);
    TrainingConfig config = config(options);
    Input input = new Input(options, out::println);
    return () -> {
      Trainer.Result result = new Trainer(config, out::println).train(input.read());
      result.write(file);
      Reports.write(result.report(), reports);
      out.printf(
          Locale.ROOT,
          "Wrote %s: %s, AUC %.4f on later rows. %s%n",
          file,
          result.kind().word(),
          result.report().figure("judged.model.auc"),
          result.verdict());
    };
  }

  private static TrainingConfig config(Options options) {
    TrainingConfig.Builder config = TrainingConfig.builder();
    options.text("--name", config::name);
    options.text("--model", word -> config.kinds(kinds(word)));
    options.decimal("--threshold", config::threshold);
    options.decimal("--held-out", config::heldOutShare);
    options.integer("--calibration-folds", config::calibrationFolds);
    options.integer("--folds", config::folds);
    options.integer("--trees", config::trees);
    options.integer("--depth", config::maximumDepth);
    options.integer("--leaf", config::minimumLeafSize);
    options.integer("--boosting-trees", config::boostingTrees);
    options.integer("--boosting-leaves", config::boostingLeaves);
    options.decimal("--boosting-rate", config::boostingRate);
    options.decimal("--boosting-features", config::boostingFeatures);
    options.decimal("--boosting-leaf", config::boostingLeafShare);
    options.decimal("--ridge", config::ridge);
    options.wholeNumber("--seed", config::seed);
    return config.build();
  }

  private static Set<ModelKind> kinds(String word) {
    if (word.equals("best")) {
      return EnumSet.allOf(ModelKind.class);
    }
    return Arrays.stream(ModelKind.values())
        .filter(kind -> kind.word().equals(word))
        .findFirst()
        .map(EnumSet::of)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "must be forest, boosting, logistic or best, but was " + word));
  }
}
