package io.foreguard.benchmarks.lab.report;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Draws the timelines of several policies in one world, one panel each, on one scale. */
final class Plot {
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 130;
  private static final int LEFT = 60;
  private static final int TOP = 20;
  private static final int GAP = 45;

  private Plot() {}

  static String of(List<List<TimelineStep>> panels) {
    double most = 1;
    for (List<TimelineStep> panel : panels) {
      for (TimelineStep step : panel) {
        double high = Math.max(step.offered(), Math.max(step.failed(), step.succeeded()));
        most = Math.max(most, Math.max(high, step.rejected()));
      }
    }
    int height = panels.size() * (HEIGHT + GAP);
    StringBuilder svg =
        new StringBuilder(
            format("<svg viewBox=\"0 0 %d %d\" role=\"img\">", WIDTH + LEFT + 10, height));
    for (int i = 0; i < panels.size(); i++) {
      panel(svg, panels.get(i), i * (HEIGHT + GAP) + TOP, most);
    }
    return svg.append("</svg>").toString();
  }

  private static void panel(StringBuilder svg, List<TimelineStep> steps, int top, double most) {
    double end = steps.get(steps.size() - 1).second();
    int bottom = top + HEIGHT;
    svg.append(text(LEFT, top - 6, steps.get(0).policy() + ", calls per second"));
    String[] names = {"offered", "succeeded", "failed", "rejected"};
    for (int i = 0; i < names.length; i++) {
      int x = LEFT + WIDTH - 320 + 80 * i;
      svg.append(
          format(
              "<path class=\"%s\" d=\"M%d %dh18\"/>%s",
              names[i], x, top - 10, text(x + 22, top - 6, names[i])));
    }
    svg.append(
        format("<path class=\"axis\" d=\"M%d %dV%dH%d\"/>", LEFT, top, bottom, LEFT + WIDTH));
    svg.append(text(4, top + 10, format("%.0f", most))).append(text(4, bottom, "0"));
    for (int tick = 0; tick <= 4; tick++) {
      int x = LEFT + WIDTH * tick / 4 - (tick == 4 ? 30 : 0);
      svg.append(text(x, bottom + 14, format("%.0f s", end * tick / 4)));
    }
    line(svg, steps, "offered", TimelineStep::offered, bottom, most);
    line(svg, steps, "rejected", TimelineStep::rejected, bottom, most);
    line(svg, steps, "failed", TimelineStep::failed, bottom, most);
    line(svg, steps, "succeeded", TimelineStep::succeeded, bottom, most);
  }

  private static void line(
      StringBuilder svg,
      List<TimelineStep> steps,
      String name,
      ToDoubleFunction<TimelineStep> value,
      int bottom,
      double most) {
    svg.append("<path class=\"").append(name).append("\" d=\"");
    for (int i = 0; i < steps.size(); i++) {
      double x = LEFT + WIDTH * (double) i / Math.max(1, steps.size() - 1);
      double y = bottom - HEIGHT * value.applyAsDouble(steps.get(i)) / most;
      svg.append(i == 0 ? 'M' : 'L').append(format("%.0f %.1f", x, y));
    }
    svg.append("\"/>");
  }

  private static String text(int x, int y, String text) {
    return format("<text x=\"%d\" y=\"%d\">%s</text>", x, y, Html.escape(text));
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
