package io.foreguard.predictive.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.predictive.ConnectionExhaustion;
import io.foreguard.predictive.model.TrainedForest;
import io.foreguard.predictive.observation.Observation;
import io.foreguard.predictive.observation.ObservationWriter;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void trainsFromALogIntoAFileAndAReport() throws Exception {
    Path log = log(ConnectionExhaustion.days(14, 7));
    Path model = folder.resolve("points.fgm");
    Path report = folder.resolve("points.md");

    int status =
        run(
            "--in",
            log,
            "--out",
            model,
            "--report",
            report,
            "--trees",
            20,
            "--depth",
            6,
            "--name",
            "points",
            "--horizon",
            "10m",
            "--threshold",
            0.8);

    assertThat(status).as(text(err)).isZero();
    TrainedForest loaded = TrainedForest.load(model);
    assertThat(loaded.header().name()).isEqualTo("points");
    assertThat(loaded.header().threshold()).isEqualTo(0.8);
    assertThat(loaded.header().horizon()).hasMinutes(10);
    assertThat(loaded.forest().trees()).isEqualTo(20);
    assertThat(report).content().contains("# Training of points", "Acting at P(failure) > 0.8");
    assertThat(text(out)).contains("20 of 20 trees", "Wrote " + model);
  }

  @Test
  void helpNamesEveryOption() {
    assertThat(run("--help")).isZero();
    assertThat(text(out))
        .contains("--in", "--out", "--report", "--horizon", "--held-out", "smile-core:2.6.0");
  }

  @Test
  void saysWhichOptionIsWrong() {
    assertThat(run("--in", "a.csv")).isEqualTo(2);
    assertThat(run("--in", "a.csv", "--out", "b", "--trees", 0)).isEqualTo(2);
    assertThat(run("--in", "a.csv", "--out", "b", "--threshold", "NaN")).isEqualTo(2);
    assertThat(run("--in", "a.csv", "--out", "b", "--horizon", "soon")).isEqualTo(2);
    assertThat(run("--frobnicate", "1")).isEqualTo(2);
    assertThat(run("--out")).isEqualTo(2);

    assertThat(text(err))
        .contains(
            "--in and --out must both be given",
            "trees must be in [1, 10000], but was 0",
            "threshold must be in (0, 1], but was NaN",
            "--horizon must be a time as 900s, 15m or 1h, but was soon",
            "unknown option --frobnicate",
            "--out needs a value");
  }

  @Test
  void saysWhatIsWrongWithTheLogAndWritesNothing() throws Exception {
    Path model = folder.resolve("points.fgm");
    Path broken = Files.writeString(folder.resolve("broken.csv"), "time,value\n1,2\n");

    assertThat(run("--in", broken, "--out", model)).isEqualTo(1);
    assertThat(run("--in", folder.resolve("none.csv"), "--out", model)).isEqualTo(1);
    assertThat(run("--in", log(ConnectionExhaustion.days(1, 7).subList(0, 100)), "--out", model))
        .isEqualTo(1);

    assertThat(text(err))
        .contains(
            "broken.csv, line 1: header must be", "NoSuchFileException", "Cannot train: the ");
    assertThat(model).doesNotExist();
  }

  private int run(Object... args) {
    List<String> words = new ArrayList<>();
    for (Object arg : args) {
      words.add(arg.toString());
    }
    return Train.run(words.toArray(String[]::new), print(out), print(err));
  }

  private Path log(List<Observation> samples) throws Exception {
    Path file = folder.resolve("observations.csv");
    try (ObservationWriter writer = ObservationWriter.create(file)) {
      for (Observation sample : samples) {
        writer.write(sample);
      }
    }
    return file;
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
