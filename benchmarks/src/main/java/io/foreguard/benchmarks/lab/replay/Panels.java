package io.foreguard.benchmarks.lab.replay;

import io.foreguard.benchmarks.lab.report.Html;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;

/**
 * Draws what candidates did in the same stretch of time beside each other, two to a row and on one
 * scale: calls per second above, the 95th percentile of the latency below.
 */
final class Panels {
  private static final int WIDTH = 480;
  private static final int RATES = 90;
  private static final int LATENCIES = 40;
  private static final int LEFT = 48;
  private static final int ROW = RATES + LATENCIES + 62;
  private static final double LEAST_SECONDS = 1e-3;

  private final StringBuilder svg = new StringBuilder();
  private final double mostCalls;
  private final double mostSeconds;

  private Panels(List<Score> scores, int strip) {
    double calls = 1;
    double seconds = 2 * LEAST_SECONDS;
    for (Score score : scores) {
      Strip of = score.strips.get(strip);
      for (int i = 0; i < Strip.STEPS; i++) {
        double most = Math.max(of.offered[i], Math.max(of.failed[i], of.succeeded[i]));
        calls = Math.max(calls, most / of.stepSeconds);
        seconds = Math.max(seconds, Double.isNaN(of.p95(i)) ? 0 : of.p95(i));
      }
    }
    mostCalls = calls;
    mostSeconds = seconds;
  }

  /**
   * One picture of a strip of each score.
   *
   * @param strip which: 0 for the whole log, then the incidents shown
   */
  static String of(List<Score> scores, int strip) {
    Panels panels = new Panels(scores, strip);
    int rows = (scores.size() + 1) / 2;
    panels.add("<svg viewBox=\"0 0 %d %d\" role=\"img\">", 2 * (WIDTH + LEFT), rows * ROW);
    for (int i = 0; i < scores.size(); i++) {
      int left = LEFT + i % 2 * (WIDTH + LEFT);
      panels.panel(scores.get(i), scores.get(i).strips.get(strip), left, i / 2 * ROW + 18);
    }
    return panels.svg.append("</svg>").toString();
  }

  private void panel(Score score, Strip strip, int left, int top) {
    text(left, top - 6, score.candidate.name());
    String[] names = {"offered", "succeeded", "failed", "rejected", "latency"};
    for (int i = 0; i < names.length; i++) {
      int x = left + WIDTH - 310 + 62 * i;
      add("<path class=\"%s\" d=\"M%d %dh10\"/>", names[i], x, top - 10);
      text(x + 13, top - 6, names[i].equals("latency") ? "p95" : names[i]);
    }
    int middle = top + RATES;
    int bottom = middle + 10 + LATENCIES;
    add("<path class=\"axis\" d=\"M%d %dV%dH%d\"/>", left, top, middle, left + WIDTH - 10);
    add("<path class=\"axis\" d=\"M%d %dV%dH%d\"/>", left, middle + 10, bottom, left + WIDTH - 10);
    text(left - 44, top + 10, number(mostCalls) + "/s");
    text(left - 44, middle + 20, number(mostSeconds) + " s");
    text(left - 44, bottom, number(LEAST_SECONDS) + " s");
    for (int tick = 0; tick <= 4; tick++) {
      double second = strip.fromNanos / 1e9 + strip.stepSeconds * Strip.STEPS * tick / 4;
      int x = left + (WIDTH - 10) * tick / 4 - (tick == 4 ? 30 : 0);
      text(x, bottom + 14, String.format(Locale.ROOT, "%.0f s", second));
    }
    double perCall = 1 / strip.stepSeconds / mostCalls;
    line("offered", i -> strip.offered[i] * perCall, left, middle, RATES);
    line("rejected", i -> strip.rejected[i] * perCall, left, middle, RATES);
    line("failed", i -> strip.failed[i] * perCall, left, middle, RATES);
    line("succeeded", i -> strip.succeeded[i] * perCall, left, middle, RATES);
    line("latency", i -> place(strip.p95(i)), left, bottom, LATENCIES);
  }

  /** Where on the logarithmic axis of latency, from 0 to 1; NaN for nowhere. */
  private double place(double seconds) {
    double ratio = Math.log(seconds / LEAST_SECONDS) / Math.log(mostSeconds / LEAST_SECONDS);
    return Double.isNaN(ratio) ? ratio : Math.max(0, Math.min(1, ratio));
  }

  private void line(String name, IntToDoubleFunction share, int left, int bottom, int height) {
    svg.append("<path class=\"").append(name).append("\" d=\"");
    boolean joined = false;
    for (int i = 0; i < Strip.STEPS; i++) {
      double value = share.applyAsDouble(i);
      if (!Double.isNaN(value)) {
        double x = left + (WIDTH - 10.) * i / (Strip.STEPS - 1);
        add("%s%.0f %.1f", joined ? "L" : "M", x, bottom - height * value);
      }
      joined = !Double.isNaN(value);
    }
    svg.append("\"/>");
  }

  private void text(int x, int y, String words) {
    add("<text x=\"%d\" y=\"%d\">%s</text>", x, y, Html.escape(words));
  }

  private void add(String pattern, Object... values) {
    svg.append(String.format(Locale.ROOT, pattern, values));
  }

  private static String number(double value) {
    return value >= 10
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.3g", value);
  }
}
