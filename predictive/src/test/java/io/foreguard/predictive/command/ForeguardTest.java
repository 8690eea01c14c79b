package io.foreguard.predictive.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.predictive.ConnectionExhaustion;
import io.foreguard.predictive.feature.FeatureSchema;
import io.foreguard.predictive.file.ModelFile;
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
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForeguardTest {
  private static final int INCIDENTS = 24;

  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void trainsOnSamplesIntoAFileAndTwoReports() throws Exception {
    Path log = samples(ConnectionExhaustion.days(21, 7));
    Path model = folder.resolve("points.fgm");
    Path page = folder.resolve("points.html");
    Path text = folder.resolve("points.md");

    int status =
        run(
            "train",
            "--samples",
            log,
            "--out",
            model,
            "--report",
            text,
            "--report",
            page,
            "--model",
            "forest",
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
    assertThat(text).content().contains("# Training of points", "Acting at P(failure) > 0.8");
    assertThat(page).content().contains("<svg", "Reliability").doesNotContain("http");
    assertThat(text(out)).contains("20 of 20 trees", "Wrote " + model);
  }

  @Test
  void trainsJudgesScoresAndWritesFeaturesOfCalls() throws Exception {
    Path log = calls("calls.csv", 5);
    Path other = calls("other.csv", 6);
    Path model = folder.resolve("calls.fgm");
    Path scores = folder.resolve("scores.csv");
    Path features = folder.resolve("rows.csv");

    assertThat(run("train", "--calls", log, "--out", model, "--trees", 20, "--model", "forest"))
        .as(text(err))
        .isZero();
    assertThat(run("judge", "--model-file", model, "--calls", other)).as(text(err)).isZero();
    assertThat(run("score", "--model-file", model, "--calls", other, "--out", scores)).isZero();
    assertThat(run("features", "--calls", other, "--out", features)).isZero();

    assertThat(ModelFile.read(model).header().schemaId()).isEqualTo("foreguard.calls");
    assertThat(text(out)).contains("the default model here", "| failed_share_10 |");
    List<String> scored = Files.readAllLines(scores);
    assertThat(scored.get(0)).isEqualTo("time_ms,p_failure,failed");
    List<String> written = Files.readAllLines(features);
    assertThat(written.get(0)).isEqualTo("# " + FeatureSchema.calls());
    assertThat(written.get(1)).startsWith("time_ms,group,weight,failed,default_log_odds,");
    assertThat(written).hasSize(scored.size() + 1);
    int columns = FeatureSchema.calls().size() + 4;
    assertThat(written.subList(1, written.size()))
        .allMatch(line -> line.split(",", -1).length == columns);
  }

  @Test
  void saysThatAModelWhichIsWorseThanTheDefaultMustNotBeUsed() throws Exception {
    Path model = folder.resolve("calls.fgm");
    run("train", "--calls", calls("calls.csv", 5), "--out", model, "--trees", 20);
    out.reset();

    // Elsewhere nothing ever fails for long, so what the model has learned is wrong there.
    assertThat(run("judge", "--model-file", model, "--calls", noise("noise.csv", 9))).isZero();

    assertThat(text(out)).contains("Worse than the default model here: do not use.");
  }

  @Test
  void helpNamesEveryOption() {
    assertThat(run("--help")).isZero();
    for (Subcommand command :
        List.of(
            new TrainCommand(), new JudgeCommand(), new ScoreCommand(), new FeaturesCommand())) {
      assertThat(command.help()).contains(command.options());
    }
    assertThat(run("train", "--help")).isZero();
    assertThat(text(out)).contains("smile-core:2.6.0", "features");
  }

  @Test
  void saysWhichOptionIsWrong() {
    assertThat(run()).isEqualTo(2);
    assertThat(run("frobnicate")).isEqualTo(2);
    assertThat(run("train", "--samples", "a.csv")).isEqualTo(2);
    assertThat(run("train", "--out", "b")).isEqualTo(2);
    assertThat(run("train", "--samples", "a", "--calls", "b", "--out", "c")).isEqualTo(2);
    assertThat(run("train", "--samples", "a.csv", "--out", "b", "--trees", 0)).isEqualTo(2);
    assertThat(run("train", "--samples", "a.csv", "--out", "b", "--threshold", "NaN")).isEqualTo(2);
    assertThat(run("train", "--samples", "a.csv", "--out", "b", "--horizon", "soon")).isEqualTo(2);
    assertThat(run("train", "--calls", "a.csv", "--out", "b", "--model", "oak")).isEqualTo(2);
    assertThat(run("train", "--calls", "a.csv", "--out", "b", "--status-word", "x=y")).isEqualTo(2);
    assertThat(run("train", "--calls", "a.csv", "--out", "b", "--time-unit", "s")).isEqualTo(2);
    assertThat(run("train", "--calls", "a.csv", "--out", "b", "--late", -1)).isEqualTo(2);
    assertThat(run("judge", "--calls", "a", "--model-file", "m", "--report", "r.pdf")).isEqualTo(2);
    assertThat(run("score", "--trees", 3)).isEqualTo(2);
    assertThat(run("train", "--out")).isEqualTo(2);

    assertThat(text(err))
        .contains(
            "unknown command frobnicate",
            "--out must be given",
            "either --samples or --calls must be given",
            "trees must be in [1, 10000], but was 0",
            "threshold must be in (0, 1], but was NaN",
            "--horizon must be a time as 500us, 500ms, 900s, 15m or 1h, but was soon",
            "must be forest, boosting, logistic or best, but was oak",
            "--status-word must name success",
            "--time-unit needs --time",
            "--late: factor must be positive and finite, but was -1.0",
            "--report must end with .md or .html, but was r.pdf",
            "unknown option --trees",
            "--out needs a value");
  }

  @Test
  void saysWhatIsWrongWithAFileAndWritesNothing() throws Exception {
    Path model = folder.resolve("points.fgm");
    Path broken = Files.writeString(folder.resolve("broken.csv"), "time,value\n1,2\n");
    Path none = folder.resolve("none.csv");
    Path few = samples(ConnectionExhaustion.days(1, 7).subList(0, 100));

    assertThat(run("train", "--samples", broken, "--out", model)).isEqualTo(1);
    assertThat(run("train", "--calls", none, "--out", model)).isEqualTo(1);
    assertThat(run("train", "--samples", few, "--out", model)).isEqualTo(1);
    assertThat(run("judge", "--samples", few, "--model-file", broken)).isEqualTo(1);

    assertThat(text(err))
        .contains(
            "Cannot train: ",
            "broken.csv, line 1: header must be",
            "NoSuchFileException",
            "Cannot judge: ");
    assertThat(model).doesNotExist();
  }

  @Test
  void eachDependencyHasTheDeadlineOfItsLine() throws Exception {
    Path log =
        Files.writeString(
            folder.resolve("calls.csv"),
            """
            time_s,latency_ms,status,service
            1,250,200,a->cart
            2,250,200,"b,c"
            3,250,200,mail
            4,230,200,a->cart
            """);
    Path deadlines =
        Files.writeString(
            folder.resolve("deadlines.csv"),
            "dependency,deadline\na->cart,240ms\n\nb,c , 250000us\nbooks,1s\n");
    Path rows = folder.resolve("rows.csv");

    assertThat(run("features", "--calls", log, "--out", rows, "--deadlines", deadlines))
        .as(text(err))
        .isZero();
    assertThat(failed(rows)).containsExactly("1", "0", "0", "0");
    assertThat(text(out))
        .contains("3 deadlines; not in the log: [books]; without a deadline: [mail]");

    run("features", "--calls", log, "--out", rows, "--deadlines", deadlines, "--deadline", "200ms");
    assertThat(failed(rows)).containsExactly("1", "0", "1", "0");
    assertThat(text(out)).contains("with that of --deadline: [mail]");
  }

  @Test
  void saysWhichLineOfTheDeadlinesIsWrong() throws Exception {
    Path log = calls("calls.csv", 5);
    Path deadlines = folder.resolve("deadlines.csv");
    for (String lines :
        List.of("a,1s\nb", "a,1s\n,2s", "a,soon", "a,0ms", "a,1s\nb,2s\na,3s", "a,b\u00a0")) {
      Files.writeString(deadlines, lines);
      assertThat(run("features", "--calls", log, "--out", "r", "--deadlines", deadlines))
          .isEqualTo(1);
    }
    Files.write(deadlines, new byte[] {(byte) 0xff});
    assertThat(run("features", "--calls", log, "--out", "r", "--deadlines", deadlines))
        .isEqualTo(1);
    assertThat(run("features", "--calls", log, "--out", "r", "--deadlines", deadlines, "--late", 2))
        .isEqualTo(2);

    assertThat(text(err))
        .contains(
            "deadlines.csv, line 2: must be DEPENDENCY,DEADLINE, but was b",
            "deadlines.csv, line 2: must be DEPENDENCY,DEADLINE, but was ,2s",
            "deadlines.csv, line 1: deadline must be a time as 500us",
            "deadlines.csv, line 1: deadline must be longer than zero",
            "deadlines.csv, line 3: a must have one deadline, but has another above",
            "deadlines.csv: is not UTF-8",
            "--deadlines and --late must not both be given");
  }

  @Test
  void refusesAModelOfOtherFeatures() throws Exception {
    Path model = folder.resolve("points.fgm");
    Path log = samples(ConnectionExhaustion.days(21, 7));
    run("train", "--samples", log, "--out", model, "--trees", 5);

    assertThat(run("judge", "--model-file", model, "--calls", calls("calls.csv", 5))).isEqualTo(1);
    assertThat(text(err)).contains("Cannot judge: ", "schema");
  }

  private static List<String> failed(Path rows) throws Exception {
    List<String> lines = Files.readAllLines(rows);
    return lines.subList(2, lines.size()).stream().map(line -> line.split(",", -1)[3]).toList();
  }

  /** Incidents in which one call in two or so fails for a while, and failing calls are slow. */
  private Path calls(String name, long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder log = new StringBuilder("time_s,latency_ms,status,service\n");
    double time = 1_000;
    for (int incident = 0; incident < INCIDENTS; incident++) {
      for (int i = 0; i < 300; i++) {
        boolean bad = i > 150 && i < 220;
        boolean fails = random.nextDouble() < (bad ? 0.6 : 0.01);
        double latency =
            (fails || (bad && random.nextBoolean()) ? 80 : 20) * random.nextDouble(0.8, 1.2);
        time += 0.1;
        log.append(time)
            .append(',')
            .append(latency)
            .append(fails ? ",500,points\n" : ",200,points\n");
      }
      time += 600;
    }
    return Files.writeString(folder.resolve(name), log);
  }

  /** Failures that come alone, one call in ten. */
  private Path noise(String name, long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder log = new StringBuilder("time_s,latency_ms,status,service\n");
    double time = 1_000;
    for (int i = 0; i < 6_000; i++) {
      time += 0.1;
      boolean fails = random.nextInt(10) == 0;
      log.append(time).append(",").append(fails ? "80,500,points\n" : "20,200,points\n");
    }
    return Files.writeString(folder.resolve(name), log);
  }

  private int run(Object... args) {
    List<String> words = new ArrayList<>();
    for (Object arg : args) {
      words.add(arg.toString());
    }
    return Foreguard.run(words.toArray(String[]::new), print(out), print(err));
  }

  private Path samples(List<Observation> samples) throws Exception {
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
