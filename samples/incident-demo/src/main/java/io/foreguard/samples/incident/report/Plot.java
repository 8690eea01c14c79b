package io.foreguard.samples.incident.report;

import io.foreguard.samples.incident.raw.Phase;
import io.foreguard.samples.incident.raw.Role;
import java.util.List;
import java.util.Locale;

/** One plot over the time of a lane, drawn as SVG. Not thread-safe. */
final class Plot {

  static final int WIDTH = 560;
  static final int LEFT = 58;
  static final int RIGHT = WIDTH - 8;

  /**
   * Neighbouring blocks overlap by this much: edges between pixels would let the ground shine
   * through.
   */
  private static final double SEAM = 0.3;

  private static final int BOTTOM_MARGIN = 8;
  private static final int TIME_MARGIN = 24;

  private final StringBuilder body = new StringBuilder();
  private final String id;
  private final String title;
  private final String description;
  private final int height;
  private final int top;
  private final int bottom;
  private final double lengthMs;
  private final Axis time;

  /**
   * Starts a plot.
   *
   * @param id unique in the page
   * @param height height of the drawing area, without the rows for phases and times
   * @param named whether the names of the phases stand on top
   * @param timed whether the seconds stand below
   */
  Plot(
      String id,
      String title,
      String description,
      int height,
      List<Phase> phases,
      boolean named,
      boolean timed) {
    this.id = id;
    this.title = title;
    this.description = description;
    top = named ? 22 : 6;
    bottom = top + height;
    this.height = bottom + (timed ? TIME_MARGIN : BOTTOM_MARGIN);
    lengthMs = phases.isEmpty() ? 1 : phases.get(phases.size() - 1).endMs();
    time = Axis.linear(0, lengthMs, LEFT, RIGHT);
    for (Phase phase : phases) {
      shade(phase, named);
    }
    if (timed) {
      seconds();
    }
  }

  double lengthMs() {
    return lengthMs;
  }

  Axis linear(double min, double max) {
    return Axis.linear(min, max, bottom, top);
  }

  Axis log(double min, double max) {
    return Axis.log(min, max, bottom, top);
  }

  Plot tick(Axis axis, double value, String label) {
    double y = axis.at(value);
    body.append("<line class=\"grid\" x1=\"").append(LEFT).append("\" x2=\"").append(RIGHT);
    body.append("\" y1=\"").append(pt(y)).append("\" y2=\"").append(pt(y)).append("\"/>\n");
    return text(LEFT - 5, y + 4, "end", label);
  }

  Plot text(double x, double y, String anchor, String label) {
    body.append("<text x=\"").append(pt(x)).append("\" y=\"").append(pt(y));
    body.append("\" text-anchor=\"")
        .append(anchor)
        .append("\">")
        .append(Html.escape(label))
        .append("</text>\n");
    return this;
  }

  /** Draws a line through points; a NaN breaks it. */
  Plot line(String style, double[] ms, double[] values, Axis axis) {
    StringBuilder path = new StringBuilder();
    boolean drawing = false;
    for (int i = 0; i < ms.length; i++) {
      if (Double.isNaN(values[i])) {
        drawing = false;
        continue;
      }
      path.append(drawing ? "L" : "M")
          .append(pt(time.at(ms[i])))
          .append(' ')
          .append(pt(axis.at(values[i])));
      drawing = true;
    }
    return path(style, path);
  }

  /** Fills the space between two lines wherever both have values. */
  Plot band(String style, double[] ms, double[] lower, double[] upper, Axis axis) {
    StringBuilder path = new StringBuilder();
    int from = 0;
    while (from < ms.length) {
      int to = from;
      while (to < ms.length && !Double.isNaN(lower[to]) && !Double.isNaN(upper[to])) {
        to++;
      }
      for (int i = from; i < to; i++) {
        path.append(i == from ? "M" : "L")
            .append(pt(time.at(ms[i])))
            .append(' ')
            .append(pt(axis.at(upper[i])));
      }
      for (int i = to - 1; i >= from; i--) {
        path.append("L").append(pt(time.at(ms[i]))).append(' ').append(pt(axis.at(lower[i])));
      }
      path.append(to > from ? "Z" : "");
      from = to + 1;
    }
    return path(style, path);
  }

  /** Draws a block from one moment to another and between two heights of the axis. */
  Plot block(String style, double fromMs, double toMs, double low, double high, Axis axis) {
    double y = axis.at(high);
    return rect(style, time.at(fromMs), y, time.at(toMs) + SEAM, axis.at(low));
  }

  /** Draws a strip from one moment to another, as far below the top of the drawing area as told. */
  Plot strip(String style, double fromMs, double toMs, int below, int thickness, String tip) {
    double y = top + below;
    return rect(style, time.at(fromMs), y, time.at(toMs), y + thickness, tip);
  }

  Plot stripLabel(int below, int thickness, String label) {
    return text(LEFT - 5, top + below + thickness - 2.5, "end", label);
  }

  String toSvg() {
    return "<svg viewBox=\"0 0 "
        + WIDTH
        + " "
        + height
        + "\" role=\"img\" aria-labelledby=\""
        + id
        + "-t "
        + id
        + "-d\"><title id=\""
        + id
        + "-t\">"
        + Html.escape(title)
        + "</title><desc id=\""
        + id
        + "-d\">"
        + Html.escape(description)
        + "</desc>\n"
        + body
        + "</svg>\n";
  }

  private void shade(Phase phase, boolean named) {
    rect(
        "phase " + phase.role().label(),
        time.at(phase.startMs()),
        top,
        time.at(phase.endMs()),
        bottom);
    if (named) {
      double middle = (time.at(phase.startMs()) + time.at(phase.endMs())) / 2;
      text(middle, top - 7, "middle", word(phase.role()));
    }
  }

  private void seconds() {
    double step = Math.max(1, Math.rint(lengthMs / 1000 / 6 / 5) * 5);
    for (double second = 0; second * 1000 <= lengthMs; second += step) {
      String label = second == 0 ? "0 s" : String.format(Locale.ROOT, "%.0f", second);
      text(time.at(second * 1000), bottom + 16, "middle", label);
    }
  }

  private Plot rect(String style, double left, double y, double right, double below) {
    return rect(style, left, y, right, below, "");
  }

  private Plot rect(String style, double left, double y, double right, double below, String tip) {
    if (below - y < 0.005 || right - left < 0.005) {
      return this;
    }
    body.append("<rect class=\"")
        .append(style)
        .append("\" x=\"")
        .append(pt(left))
        .append("\" y=\"")
        .append(pt(y));
    body.append("\" width=\"")
        .append(pt(right - left))
        .append("\" height=\"")
        .append(pt(below - y));
    body.append(tip.isEmpty() ? "\"/>\n" : "\"><title>" + Html.escape(tip) + "</title></rect>\n");
    return this;
  }

  private Plot path(String style, StringBuilder path) {
    if (!path.isEmpty()) {
      body.append("<path class=\"").append(style).append("\" d=\"").append(path).append("\"/>\n");
    }
    return this;
  }

  private static String word(Role role) {
    return role == Role.SLOW ? "slower" : Summary.title(role);
  }

  private static String pt(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
