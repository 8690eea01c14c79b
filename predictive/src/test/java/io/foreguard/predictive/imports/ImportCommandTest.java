package io.foreguard.predictive.imports;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.predictive.feature.FeatureSchema;
import io.foreguard.predictive.file.ModelFile;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportCommandTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void writesAModelFileThatPredictsWhatTheToolPredicts() throws Exception {
    ImportedModelFixture fixture = fixture("xgboost.json");
    FeatureSchema schema = FeatureSchema.dependencyLoad();

    assertThat(run("model", "model.fgm", "--schema", schema.id())).isZero();

    ModelFile written = ModelFile.read(folder.resolve("model.fgm"), schema);
    int[] at = {0, 1, 2, 3, 5, 11};
    for (int row = 0; row < 1_000; row++) {
      double[] features = new double[schema.size()];
      Arrays.fill(features, Double.NaN);
      for (int f = 0; f < at.length; f++) {
        features[at[f]] = fixture.row(row)[f];
      }
      double off = written.model().probability(features) - fixture.predicted(row);
      assertThat(Math.abs(off)).isLessThan(1e-6);
    }
    assertThat(written.header().origin()).contains("XGBoost 1.7.4, gbtree, binary:logistic");
    assertThat(text(out)).contains("stands for failure", "note: best_iteration");
  }

  @Test
  void listsTheFeaturesThatTheSchemaLacks() throws Exception {
    fixture("xgboost.json");

    int status =
        run(
            "model",
            "model.fgm",
            "--features",
            "active_connections,p95_latency,a,failure_share,b,c");

    assertThat(status).isEqualTo(1);
    assertThat(text(err)).contains("of other features", "\"a\", \"b\", \"c\"");
    assertThat(folder.resolve("model.fgm")).doesNotExist();
  }

  @Test
  void takesFeaturesWithoutNamesByOrderOnlyIfTheyAreAsMany() throws Exception {
    fixture("xgboost-deep.json");

    assertThat(run("model", "model.fgm")).isEqualTo(1);

    assertThat(text(err)).contains("but has 6");
  }

  @Test
  void tellsItsUsage() {
    assertThat(run("model")).isEqualTo(2);
    assertThat(run("model", "out", "--positive", "perhaps")).isEqualTo(2);
    assertThat(run("model", "out", "--schema", "none")).isEqualTo(2);
    assertThat(text(err)).contains("files must be 2", "failure or success", "unknown schema none");
  }

  private ImportedModelFixture fixture(String name) throws Exception {
    ImportedModelFixture fixture = ImportedModelFixture.of(name);
    Files.write(folder.resolve("model"), fixture.model());
    return fixture;
  }

  private int run(String... args) {
    for (int i = 0; i < Math.min(2, args.length); i++) {
      args[i] = folder.resolve(args[i]).toString();
    }
    PrintStream toOut = new PrintStream(out, true, StandardCharsets.UTF_8);
    return ImportCommand.run(args, toOut, new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
