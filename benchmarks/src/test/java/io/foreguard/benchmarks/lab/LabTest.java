package io.foreguard.benchmarks.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.foreguard.benchmarks.lab.report.Results;
import io.foreguard.predictive.feature.FeatureSchema;
import io.foreguard.predictive.model.TrainedCallModel;
import io.foreguard.predictive.scoring.CalibratedScorer;
import io.foreguard.predictive.scoring.Calibration;
import io.foreguard.predictive.scoring.LinearScorer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabTest {
  private static final PrintStream NOWHERE =
      new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

  @ParameterizedTest
  @ValueSource(strings = {"refusal", "one-per-20s", "forty-clients"})
  void anOnlineModelThatHasNotProvenItselfChangesNothing(String family) {
    World world = Families.world(family, Families.TRAINING);
    Tally without = Simulation.run(world, "without", Policies.named("foreguard").factory());
    Tally with = Simulation.run(world, "with", Policies.named("foreguard-online").factory());

    assertThat(with.utility).isEqualTo(without.utility);
    assertThat(with.attempts).isEqualTo(without.attempts);
  }

  @ParameterizedTest
  @ValueSource(strings = {"refusal", "one-per-20s", "forty-clients"})
  void aTrainedModelThatIsWrongChangesNothingUnlessItIsBelievedBlindly(String family) {
    World world = Families.world(family, Families.TRAINING);
    Tally without = Simulation.run(world, "without", Policies.named("foreguard").factory());
    List<Tally> with =
        Policies.trained(worseWhenAllIsWell()).stream()
            .map(entry -> Simulation.run(world, entry.name(), entry.factory()))
            .toList();

    assertThat(with.get(0).utility).isEqualTo(without.utility);
    assertThat(with.get(0).attempts).isEqualTo(without.attempts);
    assertThat(with.get(1).utility).isLessThan(without.utility);
  }

  private static TrainedCallModel worseWhenAllIsWell() {
    double[] weights = new double[FeatureSchema.calls().size()];
    weights[FeatureSchema.calls().names().indexOf("default_log_odds")] = -1;
    LinearScorer scorer = LinearScorer.of(weights, 0, new double[weights.length]);
    return new TrainedCallModel(
        "inverted", "1", new CalibratedScorer(scorer, Calibration.sigmoid(1, 0)));
  }

  @Test
  void givesTheSameResultsWhateverTheNumberOfThreads() {
    Results one = play(1);
    Results again = play(1);
    Results three = play(3);

    assertThat(one.rows()).isNotEmpty();
    assertThat(one.timelines()).isNotEmpty();
    assertThat(again).isEqualTo(one);
    assertThat(three).isEqualTo(one);
  }

  @ParameterizedTest
  @ValueSource(strings = {"steady", "refusal", "flapping", "first-second", "blips"})
  void hasAnOracleThatNobodyBeatsWhereLoadDoesNotMatter(String family) {
    for (int draw = 0; draw < 2; draw++) {
      World world = Families.world(family, draw);
      Tally oracle = Simulation.runOracle(world);
      for (String name : new String[] {"none", "gradient2", "resilience4j-10-5s", "polly"}) {
        Tally tally = Simulation.run(world, name, Policies.named(name).factory());

        assertThat(tally.regret(oracle)).as("%s in %s %d", name, family, draw).isGreaterThan(-1);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "foreguard-without-limit, crashing",
    "foreguard-without-keys, grey-replica",
    "foreguard-without-deadline, slow-ramp",
    "foreguard-without-4xx, caller-faults",
    "foreguard-without-advice, hidden-errors",
    "foreguard-with-advice-alone, random",
    "foreguard-without-budget, cold-cache",
    "foreguard-with-adaptive-timeout, slow-brownout",
    "foreguard-with-hedge, load-errors",
  })
  void aVariantDoesSomethingElse(String variant, String family) {
    World world = family.equals(Results.RANDOM) ? Families.random(0) : Families.world(family, 1);
    Tally whole = Simulation.run(world, "foreguard", Policies.named("foreguard").factory());
    Tally other = Simulation.run(world, variant, Policies.named(variant).factory());

    assertThat(other.utility).isNotEqualTo(whole.utility);
  }

  @Test
  void callerFaultsAreNoFailuresToWhoeverKnowsThem() {
    World world = Families.world("caller-faults", 0);
    Tally oracle = Simulation.runOracle(world);

    assertThat(Simulation.run(world, "told", Policies.named("foreguard").factory()).regret(oracle))
        .isLessThan(1);
    assertThat(
            Simulation.run(world, "untold", Policies.named("foreguard-without-4xx").factory())
                .regret(oracle))
        .isGreaterThan(10);
  }

  @Test
  @Timeout(20)
  void runsFromTheCommandLine(@TempDir Path folder) throws IOException {
    PrintStream standard = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      LabRun.main(
          new String[] {
            "--draws",
            "1",
            "--worlds",
            "2",
            "--families",
            "refusal|blips|random",
            "--policies",
            "^(foreguard|combination|none|resilience4j-full-4xx)$",
            "--out",
            folder.toString()
          });
    } finally {
      System.setOut(standard);
    }

    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("## Summary")
        .contains("best single peer, resilience4j-full-4xx");
    assertThat(Files.readAllLines(folder.resolve("results.csv"))).hasSize(1 + 4 * 5);
    assertThat(folder.resolve("lab.md")).content().contains("# Foreguard's lab");
    assertThat(folder.resolve("lab.html")).content().contains("<svg").doesNotContain("http");
  }

  @Test
  void saysWhatItDoesNotUnderstand() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LabRun.main(new String[] {"--fast"}))
        .withMessageContaining("--fast is not one of --quick");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LabRun.main(new String[] {"--draws", "many"}))
        .withMessageContaining("--draws must be followed by a whole number");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LabRun.main(new String[] {"--draws"}))
        .withMessageContaining("--draws must be followed by a value");
  }

  private static Results play(int threads) {
    Pattern families = Pattern.compile("refusal|grey-replica|random");
    Pattern policies = Pattern.compile("^(foreguard|finagle|sre-10s|combination)$");
    List<Policies.Entry> some =
        Policies.all().stream().filter(entry -> policies.matcher(entry.name()).find()).toList();
    return new Lab(new Lab.Plan(1, 3, families, false, false, threads), some, NOWHERE).run();
  }
}
