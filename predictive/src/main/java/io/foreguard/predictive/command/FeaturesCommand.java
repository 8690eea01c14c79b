package io.foreguard.predictive.command;

import io.foreguard.predictive.training.LabelledRows;
import io.foreguard.predictive.training.TrainingData;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes the features of each row, for those who train elsewhere. */
final class FeaturesCommand implements Subcommand {
  private static final String HELP =
      """
      Writes the features of each row of a log as CSV, to train elsewhere.

        foreguard features --calls calls.csv.gz --out rows.csv

      The first line names schema and version, the second the columns: time_ms, group, weight,
      failed, then the features in the order of the schema. What is not known is left empty. Rows of
      one group belong together: never split one between training and judging.

      {input}
      Output:
        --out FILE             file to write
      """;

  @Override
  public Set<String> options() {
    return Stream.concat(Input.OPTIONS.stream(), Stream.of("--out"))
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public String help() {
    return HELP.replace("{input}\n", Input.HELP);
  }

  @Override
  public Task prepare(Options options, PrintStream out) {
    Path target = options.requiredPath("--out");
    Input input = new Input(options, out::println);
    return () -> {
      TrainingData data = input.read();
      try (BufferedWriter csv = Files.newBufferedWriter(target, StandardCharsets.UTF_8)) {
        write(data, csv);
      }
      out.println("Wrote " + data.rows().size() + " rows to " + target);
    };
  }

  private static void write(TrainingData data, BufferedWriter csv) throws IOException {
    LabelledRows rows = data.rows();
    csv.write("# " + data.schema().id() + " version " + data.schema().version() + '\n');
    csv.write("time_ms,group,weight,failed," + String.join(",", rows.names()) + '\n');
    StringBuilder line = new StringBuilder();
    for (int row = 0; row < rows.size(); row++) {
      line.setLength(0);
      line.append(rows.timeMillis()[row]).append(',').append(rows.groups()[row]);
      line.append(',').append(rows.weights()[row]).append(rows.fails()[row] ? ",1" : ",0");
      for (double value : rows.features()[row]) {
        line.append(',');
        if (!Double.isNaN(value)) {
          line.append(value);
        }
      }
      csv.write(line.append('\n').toString());
    }
  }
}
