package io.foreguard.benchmarks.lab.report;

import static io.foreguard.benchmarks.lab.report.Sample.number;

import io.foreguard.benchmarks.lab.report.Contestant.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The report on raw results, as Markdown and as HTML. */
public final class Report {
  /** Differences of regret smaller than this are none. */
  private static final double TIE = .05;

  /** So many families fit on a screen with all their figures. */
  private static final int FEW = 3;

  /** What the tables of the studies mean. */
  private static final Map<String, String> WORDS =
      Map.of(
          "detection",
          "Mean calls from a change of the failure probability to the first rejection, after 5,000"
              + " calls without it. The bound is the worst mean delay of a CUSUM that knows both"
              + " probabilities, at 100,000 calls between false alarms: no rule that is as quiet has"
              + " a lower one. Foreguard learns the first probability and is told the success"
              + " probability halfway as the least worth sending.",
          "probing",
          "Cost of finding out that an outage is over: failed calls after the first rejection cost"
              + " 0.25, calls rejected after the end cost 1. The best fixed interval is chosen in"
              + " hindsight for that outage. A breaker that never opens, as Resilience4j's may at few"
              + " calls, pays nothing here.");

  private final Results results;
  private final Analysis analysis;
  private final Document document = new Document();

  private Report(Results results) {
    this.results = results;
    analysis = new Analysis(results);
  }

  /** Reads the raw results in a folder and writes {@code lab.md} and {@code lab.html} beside. */
  public static void write(Path folder) throws IOException {
    Document document = of(Results.read(folder));
    Files.writeString(folder.resolve("lab.md"), Markdown.of(document));
    Files.writeString(folder.resolve("lab.html"), Html.of("Foreguard's lab", document));
  }

  /** The first tables as Markdown, and those of each family where there are few. */
  public static String summary(Results results) {
    Report report = new Report(results);
    if (!results.rows().isEmpty()) {
      report.contestSummary();
      report.ablations();
      if (report.analysis.families().size() <= FEW) {
        report.families();
      }
    }
    report.studies();
    return Markdown.of(report.document);
  }

  static Document of(Results results) {
    Report report = new Report(results);
    report.document.heading(1, "Foreguard's lab");
    if (!results.rows().isEmpty()) {
      report.method();
      report.contestSummary();
      report.ablations();
    }
    report.studies();
    if (!results.rows().isEmpty()) {
      report.policies();
      report.families();
    }
    return report.document;
  }

  private void contestSummary() {
    summary();
    ratios();
    regretByFamily();
    peersAhead();
  }

  private void method() {
    document.paragraph(
        "Regret is the utility lost against an oracle per 1,000 requests. The oracle knows the true"
            + " state of the dependency at each moment, but not the future, and decides for one call"
            + " at a time; where load feeds back on the dependency a policy can beat it, and its"
            + " regret is negative. A request answered in time is worth 1, a rejected one 0, and each"
            + " failed attempt costs 0.25 and up to 1 more by the share of its deadline that it held"
            + " its caller. Every policy meets the same requests, service times and errors.");
    document.paragraph(
        "Values are means over the draws of a family ± their standard deviation; the summary has"
            + " means over the families and the standard deviation of such a mean from draw to draw."
            + " Seconds to protect"
            + " and to recover run until four of five decisions in a row of 20 are the oracle's;"
            + " \"never\" counts the worlds in which they never were. Recovery load is attempts in"
            + " the first ten seconds after the last fault over the requests of ten healthy seconds;"
            + " recovery in flight is the most calls in flight in these seconds over the mean when"
            + " nothing is wrong. p99 is the time in which a caller knew, rejections included.");
  }

  private void summary() {
    document.heading(2, "Summary");
    List<String> head = new ArrayList<>(List.of("policy", "regret, families", "± over draws"));
    if (analysis.hasRandomWorlds()) {
      head.add("regret, " + analysis.worlds(Results.RANDOM) + " random worlds");
      head.add("± error of the mean");
    }
    head.add("worst family");
    List<Measure> further =
        List.of(
            Measure.GOODPUT_SHARE,
            Measure.WASTED,
            Measure.FALSE_REJECTIONS,
            Measure.P99,
            Measure.BRIER);
    further.forEach(measure -> head.add(measure.title()));
    List<List<String>> lines = new ArrayList<>();
    analysis.contestants().stream()
        .map(Contestant::name)
        .sorted(Comparator.comparingDouble(this::regret))
        .forEach(policy -> lines.add(summaryLine(policy, further)));
    document.table(head, lines);
  }

  private List<String> summaryLine(String policy, List<Measure> further) {
    double spread = analysis.overDraws(policy, Measure.REGRET).spread();
    List<String> line =
        new ArrayList<>(List.of(policy, number(regret(policy), 1), number(spread, 1)));
    if (analysis.hasRandomWorlds()) {
      Sample random = analysis.sample(Results.RANDOM, policy, Measure.REGRET);
      line.add(number(random.mean(), 1));
      line.add(number(random.error(), 1));
    }
    line.add(
        analysis.families().stream()
            .max(Comparator.comparingDouble(f -> analysis.mean(f, policy, Measure.REGRET)))
            .map(f -> f + " " + number(analysis.mean(f, policy, Measure.REGRET), 1))
            .orElse("-"));
    for (Measure measure : further) {
      line.add(number(analysis.meanOverFamilies(policy, measure), measure.decimals()));
    }
    return line;
  }

  private double regret(String policy) {
    return analysis.meanOverFamilies(policy, Measure.REGRET);
  }

  private void ratios() {
    Optional<String> ours = first(Kind.FOREGUARD);
    Optional<String> best = analysis.bestPeer();
    Optional<String> combination = first(Kind.COMBINATION);
    if (ours.isEmpty()) {
      return;
    }
    document.heading(2, ours.get() + " over the best of the others");
    List<List<String>> lines = new ArrayList<>();
    best.ifPresent(peer -> lines.add(ratioLine(ours.get(), peer, "best single peer, " + peer)));
    combination.ifPresent(c -> lines.add(ratioLine(ours.get(), c, "tuned " + c)));
    lines.add(bestOfEachLine(ours.get()));
    document.table(
        List.of("against", "mean regret, families", "mean regret, random worlds", "worst family"),
        lines);
  }

  private List<String> ratioLine(String ours, String theirs, String title) {
    double random =
        analysis.mean(Results.RANDOM, ours, Measure.REGRET)
            / analysis.mean(Results.RANDOM, theirs, Measure.REGRET);
    String worst =
        analysis.families().stream()
            .max(Comparator.comparingDouble(f -> lead(f, theirs, ours)))
            .map(f -> f + " " + signed(lead(f, theirs, ours)))
            .orElse("-");
    return List.of(title, number(regret(ours) / regret(theirs), 3), number(random, 3), worst);
  }

  /** Against whoever of the peers is best in a family, as if one could know. */
  private List<String> bestOfEachLine(String ours) {
    double theirs = 0;
    double most = Double.NEGATIVE_INFINITY;
    String worst = "-";
    for (String family : analysis.families()) {
      String best = analysis.bestPeer(family).orElse(ours);
      theirs += analysis.mean(family, best, Measure.REGRET) / analysis.families().size();
      double behind = lead(family, best, ours);
      if (behind > most) {
        most = behind;
        worst = family + " " + signed(behind);
      }
    }
    return List.of("best peer of each family", number(regret(ours) / theirs, 3), "-", worst);
  }

  /** By how much less regret the one has than the other in a family. */
  private double lead(String family, String one, String other) {
    return analysis.mean(family, other, Measure.REGRET)
        - analysis.mean(family, one, Measure.REGRET);
  }

  private void regretByFamily() {
    document.heading(2, "Regret by family");
    List<String> columns = new ArrayList<>();
    first(Kind.FOREGUARD).ifPresent(columns::add);
    first(Kind.COMBINATION).ifPresent(columns::add);
    analysis.bestPeer().ifPresent(columns::add);
    first(Kind.NONE).ifPresent(columns::add);
    List<String> head = new ArrayList<>(List.of("family"));
    head.addAll(columns);
    head.addAll(List.of("best peer of the family", "its regret", "oracle's goodput"));
    List<List<String>> lines = new ArrayList<>();
    List<String> families = new ArrayList<>(analysis.families());
    if (analysis.hasRandomWorlds()) {
      families.add(Results.RANDOM);
    }
    for (String family : families) {
      List<String> line = new ArrayList<>(List.of(family));
      columns.forEach(policy -> line.add(cell(family, policy, Measure.REGRET)));
      Optional<String> best = analysis.bestPeer(family);
      line.add(best.orElse("-"));
      line.add(best.map(peer -> cell(family, peer, Measure.REGRET)).orElse("-"));
      line.add(number(analysis.mean(family, Results.ORACLE, Measure.GOODPUT), 4));
      lines.add(line);
    }
    document.table(head, lines);
  }

  private void peersAhead() {
    Optional<String> ours = first(Kind.FOREGUARD);
    if (ours.isEmpty()) {
      return;
    }
    document.heading(2, "Where another does better");
    List<List<String>> lines = new ArrayList<>();
    for (String family : analysis.families()) {
      List<String> ahead =
          analysis.contestants().stream()
              .filter(c -> c.kind() != Kind.FOREGUARD)
              .map(Contestant::name)
              .filter(policy -> lead(family, policy, ours.get()) > TIE)
              .sorted(Comparator.comparingDouble(p -> -lead(family, p, ours.get())))
              .toList();
      if (!ahead.isEmpty()) {
        String best = ahead.get(0);
        lines.add(
            List.of(
                family,
                cell(family, ours.get(), Measure.REGRET),
                best,
                cell(family, best, Measure.REGRET),
                signed(lead(family, best, ours.get())),
                String.valueOf(ahead.size())));
      }
    }
    if (lines.isEmpty()) {
      document.paragraph("In no family.");
    } else {
      document.table(
          List.of("family", ours.get(), "best other", "its regret", "difference", "others ahead"),
          lines);
    }
  }

  private void ablations() {
    List<String> variants = analysis.of(Kind.FOREGUARD);
    if (variants.size() < 2) {
      return;
    }
    String whole = variants.get(0);
    document.heading(2, "What each part earns");
    List<List<String>> lines = new ArrayList<>();
    for (String variant : variants) {
      List<String> most =
          analysis.families().stream()
              .filter(f -> Math.abs(lead(f, whole, variant)) > 1)
              .sorted(Comparator.comparingDouble(f -> -Math.abs(lead(f, whole, variant))))
              .limit(3)
              .map(f -> f + " " + signed(lead(f, whole, variant)))
              .toList();
      lines.add(
          List.of(
              variant,
              number(regret(variant), 1),
              signed(regret(variant) - regret(whole)),
              number(analysis.mean(Results.RANDOM, variant, Measure.REGRET), 1),
              signed(lead(Results.RANDOM, whole, variant)),
              most.isEmpty() ? "-" : String.join(", ", most)));
    }
    document.table(
        List.of("variant", "families", "change", "random worlds", "change", "most changed"), lines);
  }

  private void studies() {
    for (Map.Entry<String, List<List<String>>> study :
        new java.util.TreeMap<>(results.studies()).entrySet()) {
      String name = study.getKey();
      document.heading(
          2, name.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + name.substring(1));
      String words = WORDS.get(name);
      if (words != null) {
        document.paragraph(words);
      }
      List<List<String>> lines = study.getValue();
      document.table(lines.get(0), lines.subList(1, lines.size()));
    }
  }

  private void policies() {
    document.heading(2, "Policies");
    document.table(
        List.of("policy", "what it is"),
        analysis.contestants().stream().map(c -> List.of(c.name(), c.description())).toList());
  }

  private void families() {
    document.heading(2, "Every family");
    List<String> families = new ArrayList<>(analysis.families());
    if (analysis.hasRandomWorlds()) {
      families.add(Results.RANDOM);
    }
    for (String family : families) {
      document.heading(3, family);
      document.paragraph(analysis.worlds(family) + " worlds.");
      List<List<TimelineStep>> panels = timelines(family);
      if (!panels.isEmpty()) {
        document.plot(Plot.of(panels));
      }
      details(family);
    }
  }

  private List<List<TimelineStep>> timelines(String family) {
    Map<String, List<TimelineStep>> panels = new java.util.LinkedHashMap<>();
    for (TimelineStep step : results.timelines()) {
      if (step.family().equals(family)) {
        panels.computeIfAbsent(step.policy(), p -> new ArrayList<>()).add(step);
      }
    }
    return List.copyOf(panels.values());
  }

  private void details(String family) {
    List<String> policies = new ArrayList<>(List.of(Results.ORACLE));
    analysis.contestants().stream().map(Contestant::name).forEach(policies::add);
    List<Measure> measures = new ArrayList<>();
    for (Measure measure : Measure.values()) {
      if (policies.stream().anyMatch(p -> !cell(family, p, measure).equals("-"))) {
        measures.add(measure);
      }
    }
    List<String> head = new ArrayList<>(List.of("policy"));
    measures.forEach(measure -> head.add(measure.title()));
    List<List<String>> lines = new ArrayList<>();
    for (String policy : policies) {
      List<String> line = new ArrayList<>(List.of(policy));
      measures.forEach(measure -> line.add(cell(family, policy, measure)));
      lines.add(line);
    }
    document.table(head, lines);
  }

  private String cell(String family, String policy, Measure measure) {
    return analysis.sample(family, policy, measure).text(measure.decimals());
  }

  private Optional<String> first(Kind kind) {
    return analysis.of(kind).stream().findFirst();
  }

  private static String signed(double value) {
    return (value > 0 ? "+" : "") + number(value, 1);
  }
}
