package io.foreguard.predictive.command;

import io.foreguard.predictive.file.ModelFile;
import io.foreguard.predictive.training.Judgement;
import io.foreguard.predictive.training.TrainingData;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Judges a model file on a log that it was not trained on. */
final class JudgeCommand implements Subcommand {
  private static final String HELP =
      """
      Judges a model on another log: all figures, beside the default model and simple scores.

        foreguard judge --model-file points.fgm --calls other.csv.gz --report other.html

      {input}
      Judging:
        --model-file FILE      model file, of any origin with the same features
        --report FILE          report to write, .md or .html; may be given again
        --seed N               seed of everything random (1)

      A model that does worse than the default model here is said to be so in the last line.
      """;

  @Override
  public Set<String> options() {
    return Stream.concat(Input.OPTIONS.stream(), Stream.of("--model-file", "--report", "--seed"))
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public String help() {
    return HELP.replace("{input}\n", Input.HELP);
  }

  @Override
  public Task prepare(Options options, PrintStream out) {
    Path file = options.requiredPath("--model-file");
    List<Path> reports = Reports.files(options);
    long[] seed = {1};
    options.wholeNumber("--seed", value -> seed[0] = value);
    Input input = new Input(options, out::println);
    return () -> {
      ModelFile model = ModelFile.read(file);
      TrainingData data = input.read();
      model.requireSchema(data.schema(), file.toString());
      Judgement judgement = Judgement.of(model, data, seed[0]);
      Reports.write(judgement.report(), reports);
      if (reports.isEmpty()) {
        out.println(judgement.report().toMarkdown());
      }
      out.println(judgement.words());
    };
  }
}
