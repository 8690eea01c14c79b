package io.foreguard.samples.incident.report;

import io.foreguard.samples.incident.raw.RunInfo;
import java.util.List;
import java.util.Map;

/** The report as one HTML page that needs nothing else. */
final class HtmlReport {

  private static final String STYLE =
      """
      :root{color-scheme:light dark;--bg:#fbfbfa;--card:#fff;--ink:#1c2127;--soft:#5b6570;--rule:#dfe3e7;--grid:#00000018;
      --fresh:#1b9e77;--stale:#e0a92b;--default:#9fb0c3;--late:#e2703a;--failed:#9b1c31;--line:#1f5fbf;--line2:#7a8aa0;
      --p-slow:#e0a92b1f;--p-errors:#e2703a24;--p-hang:#9b1c3124;--p-recovery:#1b9e771f;--band:#1f5fbf2e;--observed:#7a8aa033}
      @media(prefers-color-scheme:dark){:root{--bg:#12161b;--card:#1a2027;--ink:#e7ebef;--soft:#9aa6b2;--rule:#303841;
      --grid:#ffffff1c;--fresh:#2fb98d;--stale:#d9a531;--default:#71839a;--late:#ea7d48;--failed:#d2425d;--line:#7fb0ff;
      --line2:#94a3b8;--p-slow:#e0a92b1c;--p-errors:#e2703a26;--p-hang:#d2425d2b;--p-recovery:#2fb98d1f;--band:#7fb0ff33;
      --observed:#94a3b830}}
      *{box-sizing:border-box}
      body{margin:0 auto;max-width:1280px;padding:24px 20px 48px;background:var(--bg);color:var(--ink);
      font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
      h1{font-size:1.7rem;line-height:1.2;margin:0 0 6px}h2{font-size:1.2rem;margin:34px 0 10px}h3{font-size:1.05rem;margin:0 0 4px}
      p{max-width:78ch;margin:0 0 12px}.soft{color:var(--soft)}
      .wide{overflow-x:auto}
      table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;background:var(--card)}
      caption{text-align:left;color:var(--soft);padding:0 0 6px}
      th,td{padding:5px 10px;border-bottom:1px solid var(--rule);text-align:right;white-space:nowrap}
      th:first-child{text-align:left;font-weight:500;white-space:normal;min-width:9em}tr.part th:first-child{padding-left:28px}thead th{border-bottom-width:2px;font-weight:700}
      .lanes{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,540px),1fr));gap:18px}
      .lane{background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:14px 14px 8px;min-width:0}
      figure{margin:10px 0 0;overflow-x:auto}figcaption{font-size:.86rem;color:var(--soft)}
      svg{display:block;width:100%;height:auto}svg text{font-size:12px;fill:var(--soft)}
      .key{margin:0 0 14px;font-size:.88rem}.key div{display:flex;flex-wrap:wrap;gap:2px 16px}
      .key dt{margin:0;min-width:5.6em}.key dd{max-width:none}
      .key svg{display:inline-block;width:16px;height:12px;margin-right:6px;vertical-align:-1px}
      .grid{stroke:var(--grid)}.phase{fill:none}.phase.slow{fill:var(--p-slow)}.phase.errors{fill:var(--p-errors)}
      .phase.hang{fill:var(--p-hang)}.phase.recovery{fill:var(--p-recovery)}
      .bar.fresh,.state.closed{fill:var(--fresh)}.bar.stale,.state.throttled{fill:var(--stale)}
      .bar.default,.state.none{fill:var(--default)}.bar.late,.state.half-open{fill:var(--late)}.bar.failed,.state.open{fill:var(--failed)}
      .curve{fill:none;stroke:var(--line);stroke-width:1.8;stroke-linejoin:round}.curve.p99{stroke:var(--late)}
      .curve.limit{stroke:var(--soft);stroke-width:1.2;stroke-dasharray:5 4}.curve.wasted{stroke:var(--ink);stroke-width:1.6}
      .curve.second{stroke:var(--line2);stroke-dasharray:3 3}.interval{fill:var(--band)}.observed{fill:var(--observed)}
      dt{font-weight:600;margin-top:8px}dd{margin:0;max-width:90ch}details{margin-top:10px}summary{cursor:pointer}
      code{font-size:.92em}
      @media(max-width:600px){body{padding:16px 12px 32px}th,td{padding:5px 7px;font-size:.86rem}.lane{padding:10px 8px}svg text{font-size:15px}}
      """;

  private HtmlReport() {}

  static String page(RunInfo run, List<LaneResult> lanes) {
    StringBuilder out =
        new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
    out.append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n");
    out.append("<title>Foreguard: one incident, ")
        .append(lanes.size())
        .append(" protections</title>\n");
    out.append("<style>\n").append(STYLE).append("</style></head><body>\n<header>\n");
    out.append("<h1>One incident, ").append(lanes.size()).append(" protections</h1>\n");
    out.append(
        """
        <p>A call centre keeps asking its loyalty service for the tier of each caller. Behind that service stands a points
        engine that slows down, fails, hangs and comes back with a cold cache. The same calls and the same faults were
        played once per protection, over HTTP, between real processes.</p>
        </header>
        <main>
        """);
    out.append(
        Summary.lanes(lanes)
            .toHtml("Computed from the raw logs of this run; what each row means stands below."));
    out.append("<h2>What happened</h2>\n").append(key()).append("<div class=\"lanes\">\n");
    double highest = lanes.stream().mapToDouble(LanePlots::highestRate).max().orElse(0);
    for (LaneResult lane : lanes) {
      out.append("<section class=\"lane\"><h3>")
          .append(Html.escape(lane.log().lane()))
          .append("</h3>\n");
      out.append(new LanePlots(run, lane, Math.max(1, highest)).toHtml());
      out.append("<details><summary>By phase</summary>\n");
      out.append(
          Summary.phases(lane)
              .toHtml(lane.log().lane() + ", by the phase in which a call was due"));
      out.append("</details></section>\n");
    }
    out.append("</div>\n<h2>What the rows mean</h2>\n").append(list(Summary.definitions(run)));
    out.append("<h2>How it was run</h2>\n").append(list(Summary.settings(run)));
    if (!lanes.isEmpty()) {
      out.append("<p class=\"soft\">Script: ")
          .append(Html.escape(script(lanes.get(0))))
          .append("</p>\n");
    }
    return out.append("</main></body></html>\n").toString();
  }

  private static String script(LaneResult lane) {
    StringBuilder out = new StringBuilder();
    lane.log()
        .phases()
        .forEach(
            phase ->
                out.append(out.isEmpty() ? "" : "; ")
                    .append(Summary.title(phase.role()))
                    .append(" for ")
                    .append(Summary.millis(phase.endMs() - phase.startMs()))
                    .append(" ms (")
                    .append(phase.fault())
                    .append(')'));
    return out.append('.').toString();
  }

  private static String key() {
    return "<dl class=\"key\">"
        + keys(
            "Calls",
            block("bar fresh", "fresh answer")
                + block("bar stale", "stale answer")
                + block("bar default", "default answer")
                + block("bar late", "late answer")
                + block("bar failed", "no answer")
                + line("curve wasted", "requests wasted on the engine"))
        + keys(
            "Latency",
            line("curve p50", "median")
                + line("curve p99", "99th percentile")
                + line("curve limit", "deadline"))
        + keys(
            "Probability",
            line("curve probability", "estimate of loyalty-lookup's guard")
                + block("interval", "its interval")
                + line("curve limit", "not worth sending below"))
        + keys(
            "Guards",
            block("state closed", "closed")
                + block("state throttled", "throttled")
                + block("state half-open", "half-open")
                + block("state open", "open")
                + block("state none", "no guard")
                + line("curve share", "share that loyalty-lookup's guard admits")
                + line("curve second", "the same of call-routing's")
                + block("observed", "share of the calls that both sent on"))
        + "</dl>\n";
  }

  private static String keys(String name, String entries) {
    return "<div><dt>" + name + "</dt>" + entries + "</div>\n";
  }

  private static String block(String style, String words) {
    return entry("<rect class=\"" + style + "\" width=\"16\" height=\"12\"/>", words);
  }

  private static String line(String style, String words) {
    return entry("<path class=\"" + style + "\" d=\"M0 6H16\"/>", words);
  }

  private static String entry(String mark, String words) {
    return "<dd><svg viewBox=\"0 0 16 12\" aria-hidden=\"true\">"
        + mark
        + "</svg>"
        + Html.escape(words)
        + "</dd>";
  }

  private static String list(Map<String, String> words) {
    StringBuilder out = new StringBuilder("<dl>");
    words.forEach(
        (word, meaning) ->
            out.append("<dt>")
                .append(Html.escape(word))
                .append("</dt><dd>")
                .append(Html.escape(meaning))
                .append("</dd>\n"));
    return out.append("</dl>\n").toString();
  }
}
