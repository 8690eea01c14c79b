package io.foreguard.benchmarks.lab.replay;

import io.foreguard.benchmarks.lab.replay.Incidents.Incident;
import io.foreguard.benchmarks.lab.report.Document;
import io.foreguard.benchmarks.lab.report.Html;
import io.foreguard.benchmarks.lab.report.Markdown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The report on replays, as Markdown and as one HTML page that needs nothing else. */
final class ReplayReport {
  private static final String TITLE = "Foreguard replay";

  private final Document document = new Document();
  private final List<Replayed> replays;
  private final List<String> notes;
  private final boolean isBrief;

  private ReplayReport(List<Replayed> replays, List<String> notes, boolean isBrief) {
    this.replays = replays;
    this.notes = notes;
    this.isBrief = isBrief;
  }

  /** Writes {@code replay.md} and {@code replay.html} to a folder. */
  static void write(Path folder, List<Replayed> replays, List<String> notes) throws IOException {
    Files.createDirectories(folder);
    Document document = new ReplayReport(replays, notes, false).build();
    Files.writeString(folder.resolve("replay.md"), Markdown.of(document));
    Files.writeString(folder.resolve("replay.html"), Html.of(TITLE, document));
  }

  /** The most important parts as Markdown. */
  static String summary(List<Replayed> replays, List<String> notes) {
    return Markdown.of(new ReplayReport(replays, notes, true).build());
  }

  private Document build() {
    document.heading(1, TITLE);
    notes.forEach(document::paragraph);
    if (replays.size() > 1) {
      total();
    }
    for (Replayed replay : replays) {
      document.heading(2, "Calls to " + replay.stage().log().dependency());
      facts(replay);
      recommendation(replay);
      candidates(replay);
      incidents(replay);
      imagined(replay);
      if (!isBrief) {
        timelines(replay);
      }
    }
    if (!isBrief) {
      method();
    }
    return document;
  }

  private void total() {
    document.heading(2, "All together");
    List<List<String>> lines = new ArrayList<>();
    for (String name : names()) {
      ToDoubleFunction<ToDoubleFunction<Score>> sum =
          figure ->
              replays.stream()
                  .flatMap(r -> r.results().stream())
                  .filter(r -> r.candidate().name().equals(name))
                  .mapToDouble(r -> figure.applyAsDouble(r.expected()))
                  .sum();
      lines.add(
          List.of(
              name,
              whole(sum.applyAsDouble(s -> s.sent)),
              whole(sum.applyAsDouble(s -> s.failed)),
              whole(sum.applyAsDouble(s -> s.wronglyRejected)),
              whole(sum.applyAsDouble(s -> s.heldSeconds)),
              whole(sum.applyAsDouble(s -> s.utility))));
    }
    List<String> head =
        List.of(
            "candidate",
            "sent",
            "wasted",
            "wrongly rejected",
            "seconds burnt",
            "worth, in answers");
    document.table(head, lines);
    document.paragraph("Only candidates that were replayed for every dependency are here.");
  }

  private List<String> names() {
    return replays.get(0).results().stream()
        .map(r -> r.candidate().name())
        .filter(
            name ->
                replays.stream()
                    .allMatch(
                        replay ->
                            replay.results().stream()
                                .anyMatch(r -> r.candidate().name().equals(name))))
        .toList();
  }

  private void facts(Replayed replay) {
    ReplayLog log = replay.stage().log();
    long failed = 0;
    for (int i = 0; i < log.size(); i++) {
      failed += log.failed(i) ? 1 : 0;
    }
    String text =
        format(
            "%,d calls in %.1f s, %,d failed, %,d were refused by what ran then. Usually %.2f %%"
                + " fail; %d incident%s found.",
            log.size(),
            log.lengthNanos() / 1e9,
            failed,
            log.refused(),
            100 * replay.usualFailures(),
            replay.stage().incidents().size(),
            replay.stage().incidents().size() == 1 ? "" : "s");
    if (replay.deadlineNanos() > 0) {
      text += format(" Callers give up after %.3f s.", replay.deadlineNanos() / 1e9);
    } else {
      text += " No time-out was told or shows in the log: what calls cost assumes two seconds.";
    }
    document.paragraph(text);
  }

  private void recommendation(Replayed replay) {
    Verdict verdict = replay.verdict();
    Candidate chosen = verdict.chosen();
    document.heading(3, "Recommended: " + chosen.name());
    document.paragraph(verdict.words());
    int incidents = replay.stage().incidents().size();
    if (incidents == 0) {
      document.paragraph("There is no incident in this log: it can tell false alarms alone.");
    } else if (incidents == 1) {
      String tuned =
          replay.wasSearched()
              ? " What the search found has seen all of it, and is shown but not considered."
              : "";
      document.paragraph("This rests on a single incident: another may differ." + tuned);
    } else if (replay.wasSearched()) {
      long seen =
          replay.stage().incidents().stream()
              .filter(i -> replay.stage().block(i.fromNanos()) < replay.judgedFrom())
              .count();
      document.paragraph(
          format("The search saw %d of %d incidents; the rest judged.", seen, incidents));
    }
    Configuration configuration = chosen.configuration();
    if (configuration != null) {
      String name = replay.stage().log().dependency();
      document.code(ConfigurationText.java(configuration, name));
      document.code(ConfigurationText.properties(configuration, name));
    }
  }

  private void candidates(Replayed replay) {
    document.heading(3, "Candidates");
    List<String> head =
        List.of(
            "candidate",
            "sent",
            "wasted",
            "wrongly rejected",
            "s to protect",
            "s to recover",
            "caller seconds burnt",
            "lost against hindsight per 1,000",
            "± to the default");
    List<List<String>> lines = new ArrayList<>();
    Result usual = usual(replay);
    for (Result result : replay.results()) {
      double size = Math.max(1, replay.stage().log().size());
      double gain = result.expected().utility - usual.expected().utility;
      double error = Verdict.error(result.expected(), usual.expected(), 0);
      lines.add(
          List.of(
              result.candidate().name(),
              bounded(result, s -> s.sent, 0),
              bounded(result, s -> s.failed, 0),
              bounded(result, s -> s.wronglyRejected, 0),
              mean(result.expected().protect),
              mean(result.expected().recover),
              bounded(result, s -> s.heldSeconds, 1),
              bounded(result, s -> 1_000 * (replay.hindsight() - s.utility) / size, 2),
              result.equals(usual)
                  ? "-"
                  : format("%+.2f ± %.2f", 1_000 * gain / size, 1_000 * error / size)));
    }
    document.table(head, lines);
    document.paragraph(
        "Wasted: sent and failed. Wrongly rejected: would have succeeded. Seconds to protect and to"
            + " recover are means over the incidents where it did, of those that gave occasion: where"
            + " calls fail fast and seldom enough to be worth sending, never is right. Hindsight takes"
            + " nothing for caused by load, so who prevents failures can be ahead of it."
            + (replay.assumptions().bounds().isEmpty()
                ? ""
                : " In brackets: the least and the most under all assumptions below."));
    if (!isBrief) {
      List<List<String>> words = new ArrayList<>();
      replay.results().stream()
          .map(Result::candidate)
          .forEach(c -> words.add(List.of(c.name(), c.description())));
      document.table(List.of("candidate", "what it is"), words);
    }
  }

  private static Result usual(Replayed replay) {
    return replay.results().stream()
        .filter(r -> r.candidate().kind() == Candidate.Kind.DEFAULT)
        .findFirst()
        .orElseThrow();
  }

  private void incidents(Replayed replay) {
    List<Incident> incidents = replay.stage().incidents();
    if (incidents.isEmpty()) {
      return;
    }
    document.heading(3, "Incidents");
    List<List<String>> lines = new ArrayList<>();
    List<Result> told =
        replay.results().stream()
            .filter(
                r ->
                    r.candidate().kind() == Candidate.Kind.CURRENT
                        || r.candidate().kind() == Candidate.Kind.DEFAULT
                        || r.candidate().equals(replay.verdict().chosen()))
            .toList();
    List<String> head = new ArrayList<>(List.of("from", "seconds", "calls", "failed", "cause"));
    for (Result result : told) {
      head.add(result.candidate().name() + ": s to protect / recover");
    }
    int most = Math.min(incidents.size(), isBrief ? 10 : 200);
    for (int i = 0; i < most; i++) {
      lines.add(incident(replay, i, told));
    }
    document.table(head, lines);
    if (most < incidents.size()) {
      document.paragraph("The first " + most + " of " + incidents.size() + " incidents.");
    }
  }

  private static List<String> incident(Replayed replay, int index, List<Result> told) {
    Incident incident = replay.stage().incidents().get(index);
    long origin = replay.stage().log().originNanos();
    List<String> line = new ArrayList<>();
    line.add(when(origin + incident.fromNanos()));
    line.add(format("%.2f", (incident.toNanos() - incident.fromNanos()) / 1e9));
    line.add(whole(incident.calls()));
    line.add(whole(incident.failures()));
    line.add(
        replay.assumptions().fits().stream()
            .filter(fit -> fit.incident().equals(incident))
            .findFirst()
            .map(fit -> fit.isGood() ? "load" : "perhaps load")
            .orElse("not load"));
    for (Result result : told) {
      line.add(
          seconds(result.expected().protect[index], 2)
              + " / "
              + seconds(result.expected().recover[index], 2));
    }
    return line;
  }

  private void imagined(Replayed replay) {
    document.heading(3, "What is imagined");
    ReplayLog log = replay.stage().log();
    List<LoadFit.Fit> fits = replay.assumptions().fits();
    if (log.refused() == 0 && fits.isEmpty()) {
      document.paragraph(
          "Nothing: every call was made, so the log says what became of it, and no incident shows"
              + " signs that load caused it.");
      return;
    }
    long most = replay.results().stream().mapToLong(r -> r.expected().imagined).max().orElseThrow();
    document.paragraph(
        format(
            "Of the calls that a candidate sent, at most %,d (%.1f %% of the log) have a fate that"
                + " the log does not tell.",
            most, 100. * most / log.size()));
    if (log.refused() > 0) {
      document.paragraph(
          format(
              "%,d calls were refused in the log. Each that a candidate would send shares the fate"
                  + " of one of up to five calls made before and five made after it; the bounds take"
                  + " the better and the worse side at the limits of their 80 %% interval.",
              log.refused()));
    }
    for (LoadFit.Fit fit : fits) {
      var shape = fit.expected().shape();
      document.paragraph(
          format(
              "Incident of %s: the lab's dependency fitted to %,d calls serves %d at a time (%d to"
                  + " %d in the bounds), %s, %.4f s each. Sent what was sent, it differs from the"
                  + " failure shares in the log by %.1f points on the mean, so load is %s.",
              when(log.originNanos() + fit.incident().fromNanos()),
              fit.expected().end() - fit.expected().first(),
              shape.servers(),
              fit.least().shape().servers(),
              fit.most().shape().servers(),
              shape.queue() >= 1_000_000 ? "lets all others wait" : shape.queue() + " may wait",
              shape.medianSeconds(),
              100 * fit.misfit(),
              fit.isGood() ? "taken for the cause" : "a bound only"));
    }
    document.paragraph(
        "Bounds: "
            + String.join("; ", replay.assumptions().bounds().stream().map(Scenario::name).toList())
            + ".");
  }

  private void timelines(Replayed replay) {
    List<Score> scores = replay.results().stream().map(Result::expected).toList();
    List<Incident> shown = replay.stage().shown();
    for (int i = 0; i < shown.size(); i++) {
      long at = replay.stage().log().originNanos() + shown.get(i).fromNanos();
      document.heading(3, "Incident of " + when(at));
      document.plot(Panels.of(scores, i + 1));
    }
    document.heading(3, "The whole log");
    document.plot(Panels.of(scores, 0));
  }

  private void method() {
    document.heading(2, "How it was done");
    document.paragraph(
        "The calls come as they came in the log, in virtual time, and every candidate is the real"
            + " thing: Foreguard's breaker and the peers' own code where there is any. A call that"
            + " was made and is sent again ends as it ended. Callers do not come back or stay away"
            + " because of what a candidate does: there are no retries but those in the log.");
    document.paragraph(Incidents.RULE);
    document.paragraph(
        "Seconds to protect run from the onset to the first of 20 failing calls in a row of which"
            + " four fifths were rejected, seconds to recover from the end to the first of 20 calls"
            + " in a row of which 95 % were sent. An answer is worth 1, a rejection 0; a failure"
            + " costs 0.25 and up to 1 more by the share of the time-out that it held its caller,"
            + " unless other costs were given. Hindsight sends all or nothing between two changes"
            + " of the failure probability, whichever is better.");
    document.paragraph(LoadFit.SIGNS);
    document.paragraph(Verdict.RULE);
  }

  private static String bounded(Result result, ToDoubleFunction<Score> figure, int decimals) {
    String expected = seconds(figure.applyAsDouble(result.expected()), decimals);
    String least = seconds(result.least(figure), decimals);
    String most = seconds(result.most(figure), decimals);
    boolean same = least.equals(expected) && most.equals(expected);
    return same ? expected : expected + " [" + least + ", " + most + "]";
  }

  private static String mean(double[] seconds) {
    double[] known = Arrays.stream(seconds).filter(Double::isFinite).toArray();
    long never = Arrays.stream(seconds).filter(Double::isInfinite).count();
    if (known.length == 0) {
      return never == 0 ? "-" : "never";
    }
    String mean = seconds(Arrays.stream(known).average().orElseThrow(), 2);
    return never == 0 ? mean : mean + " (never in " + never + ")";
  }

  private static String seconds(double value, int decimals) {
    if (Double.isNaN(value)) {
      return "-";
    }
    return Double.isInfinite(value) ? "never" : format("%,." + decimals + "f", value);
  }

  private static String whole(double value) {
    return format("%,.0f", value);
  }

  /** A moment as a date, unless it is too early to be one. */
  private static String when(long nanos) {
    boolean isDate = nanos > 100_000_000_000_000_000L;
    long millis = Math.floorDiv(nanos, 1_000_000L);
    return isDate ? Instant.ofEpochMilli(millis).toString() : format("%.2f s", nanos / 1e9);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
