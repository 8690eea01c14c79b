package io.foreguard.predictive.report;

import java.util.Locale;

/** Draws a chart as SVG. Not thread-safe. */
final class SvgChart {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 380;
  private static final int LEFT = 70;
  private static final int RIGHT = 20;
  private static final int TOP = 40;
  private static final int BOTTOM = 50;
  private static final int TICKS = 5;
  private static final String[] COLORS = {"#0969da", "#bc4c00", "#1a7f37", "#8250df", "#bf3989"};

  private final StringBuilder out;
  private double lowX;
  private double highX;
  private double lowY;
  private double highY;

  SvgChart(StringBuilder out) {
    this.out = out;
  }

  void draw(Chart chart) {
    scale(chart);
    add(
        "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" aria-label=\"%s\">\n",
        WIDTH, HEIGHT, WIDTH, HEIGHT, HtmlPage.escape(chart.title()));
    text(WIDTH / 2.0, 18, "middle", chart.title());
    axes(chart);
    int number = 0;
    for (Chart.Line line : chart.lines()) {
      String color = line.reference() ? "#888" : COLORS[number % COLORS.length];
      line(line, color);
      add(
          "<rect x=\"%d\" y=\"%d\" width=\"10\" height=\"10\" fill=\"%s\"/>\n",
          LEFT + 10, TOP + 4 + 16 * number, color);
      text(LEFT + 26, TOP + 13 + 16 * number, "start", line.name());
      number++;
    }
    out.append("</svg>\n");
  }

  private void scale(Chart chart) {
    lowX = Double.POSITIVE_INFINITY;
    lowY = Double.POSITIVE_INFINITY;
    highX = Double.NEGATIVE_INFINITY;
    highY = Double.NEGATIVE_INFINITY;
    for (Chart.Line line : chart.lines()) {
      for (int i = 0; i < line.x().length; i++) {
        if (isDrawn(line, i)) {
          lowX = Math.min(lowX, line.x()[i]);
          highX = Math.max(highX, line.x()[i]);
          lowY = Math.min(lowY, line.y()[i]);
          highY = Math.max(highY, line.y()[i]);
        }
      }
    }
    if (!(highX > lowX)) {
      lowX = lowX == Double.POSITIVE_INFINITY ? 0 : lowX - 0.5;
      highX = lowX + 1;
    }
    if (!(highY > lowY)) {
      lowY = lowY == Double.POSITIVE_INFINITY ? 0 : lowY - 0.5;
      highY = lowY + 1;
    }
  }

  private void axes(Chart chart) {
    for (int t = 0; t <= TICKS; t++) {
      double valueX = lowX + (highX - lowX) * t / TICKS;
      double valueY = lowY + (highY - lowY) * t / TICKS;
      add(
          "<path d=\"M%.1f %d V%d M%d %.1f H%d\" stroke=\"#8884\" fill=\"none\"/>\n",
          x(valueX), TOP, HEIGHT - BOTTOM, LEFT, y(valueY), WIDTH - RIGHT);
      text(x(valueX), HEIGHT - BOTTOM + 16, "middle", label(valueX));
      text(LEFT - 6, y(valueY) + 4, "end", label(valueY));
    }
    text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12, "middle", chart.horizontal());
    add(
        "<text transform=\"translate(14 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>\n",
        (TOP + HEIGHT - BOTTOM) / 2, HtmlPage.escape(chart.vertical()));
  }

  private void line(Chart.Line line, String color) {
    StringBuilder path = new StringBuilder();
    StringBuilder dots = new StringBuilder();
    for (int i = 0; i < line.x().length; i++) {
      if (isDrawn(line, i)) {
        double atX = x(line.x()[i]);
        double atY = y(line.y()[i]);
        path.append(
            String.format(Locale.ROOT, "%s%.1f %.1f", path.isEmpty() ? "M" : "L", atX, atY));
        dots.append(
            String.format(
                Locale.ROOT,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>\n",
                atX,
                atY,
                color));
      }
    }
    if (!path.isEmpty()) {
      add(
          "<path d=\"%s\" stroke=\"%s\" stroke-width=\"%d\" fill=\"none\"%s/>\n",
          path,
          color,
          line.reference() ? 1 : 2,
          line.reference() ? " stroke-dasharray=\"4 4\"" : "");
      out.append(line.reference() ? "" : dots);
    }
  }

  private static boolean isDrawn(Chart.Line line, int point) {
    return Double.isFinite(line.x()[point]) && Double.isFinite(line.y()[point]);
  }

  private double x(double value) {
    return LEFT + (value - lowX) / (highX - lowX) * (WIDTH - LEFT - RIGHT);
  }

  private double y(double value) {
    return HEIGHT - BOTTOM - (value - lowY) / (highY - lowY) * (HEIGHT - TOP - BOTTOM);
  }

  private void text(double atX, double atY, String anchor, String words) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n",
        atX, atY, anchor, HtmlPage.escape(words));
  }

  private static String label(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }

  private void add(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values));
  }
}
