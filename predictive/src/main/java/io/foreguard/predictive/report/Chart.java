package io.foreguard.predictive.report;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import java.util.ArrayList;
import java.util.List;

/** Lines of points between two axes. Immutable. */
public final class Chart {
  private final String title;
  private final String horizontal;
  private final String vertical;
  private final List<Line> lines;

  private Chart(Builder builder) {
    title = builder.title;
    horizontal = builder.horizontal;
    vertical = builder.vertical;
    lines = List.copyOf(builder.lines);
  }

  /** Starts an empty chart. */
  public static Builder builder(String title, String horizontal, String vertical) {
    return new Builder(title, horizontal, vertical);
  }

  /** What is shown. */
  public String title() {
    return title;
  }

  String horizontal() {
    return horizontal;
  }

  String vertical() {
    return vertical;
  }

  List<Line> lines() {
    return lines;
  }

  /**
   * Points with a name.
   *
   * @param name what they are
   * @param x where each lies from left to right
   * @param y how high each lies
   * @param reference whether they are only there to compare with, and are drawn thin
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Line(String name, double[] x, double[] y, boolean reference) {}

  /** Parts of a chart. Not thread-safe. */
  public static final class Builder {
    private final String title;
    private final String horizontal;
    private final String vertical;
    private final List<Line> lines = new ArrayList<>();

    private Builder(String title, String horizontal, String vertical) {
      this.title = Require.name(title, "title");
      this.horizontal = Require.name(horizontal, "horizontal");
      this.vertical = Require.name(vertical, "vertical");
    }

    /** Adds points; those that are not finite are left out. */
    @CanIgnoreReturnValue
    public Builder line(String name, double[] x, double[] y) {
      return line(name, x, y, false);
    }

    /** Adds points to compare with. */
    @CanIgnoreReturnValue
    public Builder reference(String name, double[] x, double[] y) {
      return line(name, x, y, true);
    }

    /** Builds the chart. */
    public Chart build() {
      return new Chart(this);
    }

    private Builder line(String name, double[] x, double[] y, boolean reference) {
      Require.that(x.length == y.length, "y", "of length " + x.length, y.length);
      lines.add(new Line(name, x.clone(), y.clone(), reference));
      return this;
    }
  }
}
