package io.foreguard.predictive.command;

import io.foreguard.predictive.file.ModelFile;
import io.foreguard.predictive.training.LabelledRows;
import io.foreguard.predictive.training.TrainingData;
import java.io.BufferedWriter;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes what a model says of each row of a log. */
final class ScoreCommand implements Subcommand {
  private static final String HELP =
      """
      Writes time, P(failure) and label of each row of a log, as CSV.

        foreguard score --model-file points.fgm --calls calls.csv.gz --out scores.csv

      {input}
      Scoring:
        --model-file FILE      model file, of any origin with the same features
        --out FILE             file to write: time_ms,p_failure,failed
      """;

  @Override
  public Set<String> options() {
    return Stream.concat(Input.OPTIONS.stream(), Stream.of("--model-file", "--out"))
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public String help() {
    return HELP.replace("{input}\n", Input.HELP);
  }

  @Override
  public Task prepare(Options options, PrintStream out) {
    Path file = options.requiredPath("--model-file");
    Path target = options.requiredPath("--out");
    Input input = new Input(options, out::println);
    return () -> {
      ModelFile model = ModelFile.read(file);
      TrainingData data = input.read();
      model.requireSchema(data.schema(), file.toString());
      LabelledRows rows = data.rows();
      try (BufferedWriter csv = Files.newBufferedWriter(target, StandardCharsets.UTF_8)) {
        csv.write("time_ms,p_failure,failed\n");
        for (int row = 0; row < rows.size(); row++) {
          csv.write(
              rows.timeMillis()[row]
                  + ","
                  + model.model().probability(rows.features()[row])
                  + (rows.fails()[row] ? ",1\n" : ",0\n"));
        }
      }
      out.println("Wrote " + rows.size() + " rows to " + target);
    };
  }
}
