package io.foreguard.benchmarks.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final List<String> FAMILIES = List.of("first", "second");
  private static final List<String> POLICIES =
      List.of("foreguard", "foreguard-without", "tuned", "none", "one", "two");

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    results().write(folder);
    Report.write(folder);
  }

  @Test
  void readsWhatItWrote() throws IOException {
    assertThat(Results.read(folder)).isEqualTo(results());
  }

  @Test
  void summaryIsWhatTheRawResultsSay() throws IOException {
    List<List<String>> raw = Csv.read(folder.resolve("results.csv"));
    List<List<String>> table = table("## Summary");
    assertThat(table).hasSize(1 + POLICIES.size());

    for (List<String> line : table.subList(1, table.size())) {
      double first = meanRegret(raw, "first", line.get(0));
      double second = meanRegret(raw, "second", line.get(0));
      double random = meanRegret(raw, "random", line.get(0));
      assertThat(Double.parseDouble(line.get(1))).isCloseTo((first + second) / 2, within(.0501));
      assertThat(Double.parseDouble(line.get(3))).isCloseTo(random, within(.0501));
    }
  }

  @Test
  void ratiosAreWhatTheRawResultsSay() throws IOException {
    List<List<String>> raw = Csv.read(folder.resolve("results.csv"));
    double one = meanRegret(raw, "first", "one") + meanRegret(raw, "second", "one");
    double two = meanRegret(raw, "first", "two") + meanRegret(raw, "second", "two");
    double ours = meanRegret(raw, "first", "foreguard") + meanRegret(raw, "second", "foreguard");
    List<List<String>> table = table("## foreguard over the best of the others");

    assertThat(table.get(1).get(0)).isEqualTo("best single peer, " + (one < two ? "one" : "two"));
    assertThat(Double.parseDouble(table.get(1).get(1)))
        .isCloseTo(ours / Math.min(one, two), within(.000501));
  }

  @Test
  void saysWhereAnotherDoesBetter() throws IOException {
    List<List<String>> raw = Csv.read(folder.resolve("results.csv"));
    List<String> ahead = new ArrayList<>();
    for (String family : FAMILIES) {
      double ours = meanRegret(raw, family, "foreguard");
      if (POLICIES.stream()
          .filter(policy -> !policy.startsWith("foreguard"))
          .anyMatch(policy -> meanRegret(raw, family, policy) < ours - .05)) {
        ahead.add(family);
      }
    }

    assertThat(ahead).isNotEmpty();
    assertThat(table("## Where another does better").stream().skip(1).map(line -> line.get(0)))
        .isEqualTo(ahead);
  }

  @Test
  void saysWhatAPartEarns() throws IOException {
    List<List<String>> raw = Csv.read(folder.resolve("results.csv"));
    double whole = meanRegret(raw, "random", "foreguard");
    double without = meanRegret(raw, "random", "foreguard-without");
    List<List<String>> table = table("## What each part earns");

    assertThat(table).hasSize(3);
    assertThat(table.get(2).get(0)).isEqualTo("foreguard-without");
    assertThat(Double.parseDouble(table.get(2).get(4))).isCloseTo(without - whole, within(.0501));
  }

  @Test
  void countsTheWorldsInWhichAPolicyNeverGotThere() {
    Sample sample = new Sample(new double[] {1, 3, Double.POSITIVE_INFINITY, Double.NaN});

    assertThat(sample.text(1)).isEqualTo("2.0 ± 1.4 (never in 1)");
    assertThat(new Sample(new double[] {Double.NaN}).text(1)).isEqualTo("-");
    assertThat(new Sample(new double[] {Double.POSITIVE_INFINITY}).text(1)).isEqualTo("never");
    assertThat(new Sample(new double[] {-.001}).text(1)).isEqualTo("0.0");
  }

  @Test
  void htmlNeedsNothingElseAndEscapesText() throws IOException {
    String html = Files.readString(folder.resolve("lab.html"));

    assertThat(html)
        .contains("prefers-color-scheme: dark", "<svg", "&lt;b&gt;, \"quoted\" &amp; more")
        .doesNotContain("http", "<script", "<link", "<b>");
  }

  private List<List<String>> table(String heading) throws IOException {
    List<List<String>> table = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(folder.resolve("lab.md"))) {
      inside = line.startsWith("#") ? line.equals(heading) : inside;
      if (inside && line.startsWith("|") && !line.startsWith("| --- ")) {
        table.add(Arrays.asList(line.substring(2, line.length() - 2).split(" \\| ", -1)));
      }
    }
    return table;
  }

  /** Computed here from the text of the file, by other code than the report's. */
  private static double meanRegret(List<List<String>> raw, String family, String policy) {
    int utility = raw.get(0).indexOf("utility");
    double sum = 0;
    int count = 0;
    for (List<String> line : raw) {
      if (line.get(0).equals(family) && line.get(2).equals(policy)) {
        for (List<String> other : raw) {
          if (other.subList(0, 3).equals(List.of(family, line.get(1), "oracle"))) {
            double best = Double.parseDouble(other.get(utility));
            sum += best - Double.parseDouble(line.get(utility));
            count++;
          }
        }
      }
    }
    return sum / count; // every world of this test has 1,000 requests
  }

  private static Results results() {
    SplittableRandom random = new SplittableRandom(7);
    List<Row> rows = new ArrayList<>();
    for (String family : List.of("first", "second", "random")) {
      for (int draw = 0; draw < 3; draw++) {
        rows.add(row(family, draw, Results.ORACLE, 990));
        for (String policy : POLICIES) {
          rows.add(row(family, draw, policy, 990 - 300 * random.nextDouble()));
        }
      }
    }
    List<Contestant> contestants =
        List.of(
            new Contestant("foreguard", Contestant.Kind.FOREGUARD, "this library"),
            new Contestant("foreguard-without", Contestant.Kind.FOREGUARD, "without a part"),
            new Contestant("tuned", Contestant.Kind.COMBINATION, "parts"),
            new Contestant("none", Contestant.Kind.NONE, "nothing"),
            new Contestant("one", Contestant.Kind.PEER, "a peer with <b>, \"quoted\" & more"),
            new Contestant("two", Contestant.Kind.PEER, "another"));
    List<TimelineStep> steps =
        List.of(
            new TimelineStep("first", "foreguard", 0, 10, 9, 1, 0),
            new TimelineStep("first", "foreguard", 1, 10, 5, 1, 4));
    return new Results(
        contestants,
        rows,
        steps,
        Map.of("probing", List.of(List.of("outage", "cost"), List.of("2", "1.5"))));
  }

  private static Row row(String family, int draw, String policy, double utility) {
    Map<Figure, Double> figures = new EnumMap<>(Figure.class);
    for (Figure figure : Figure.values()) {
      figures.put(figure, 1.);
    }
    figures.put(Figure.REQUESTS, 1_000.);
    figures.put(Figure.UTILITY, utility);
    figures.put(Figure.SECONDS_TO_PROTECT, Double.NaN);
    return new Row(family, draw, policy, figures);
  }
}
