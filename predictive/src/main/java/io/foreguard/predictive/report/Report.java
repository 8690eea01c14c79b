package io.foreguard.predictive.report;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Figures by name with the words, tables and charts that explain them, in sections. Immutable.
 *
 * <p>Every figure is there for programs to read as well as in the page for people.
 */
public final class Report {
  private final String title;
  private final List<Section> sections;
  private final Map<String, Double> figures;

  private Report(Builder builder) {
    title = builder.title;
    sections = List.copyOf(builder.sections);
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(builder.figures));
  }

  /** Starts an empty report. */
  public static Builder builder(String title) {
    return new Builder(title);
  }

  /** What the report is about. */
  public String title() {
    return title;
  }

  /** All figures by name, in the order of the report; NaN if undefined. */
  public Map<String, Double> figures() {
    return figures;
  }

  /**
   * One figure.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public double figure(String name) {
    Double value = figures.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "figure must be one of " + figures.keySet() + ", but was " + name);
    }
    return value;
  }

  /** The report as a page of Markdown; charts are tables of their points. */
  public String toMarkdown() {
    return new MarkdownPage().of(this);
  }

  /** The report as one page of HTML, with charts drawn in it, that loads nothing from elsewhere. */
  public String toHtml() {
    return new HtmlPage().of(this);
  }

  List<Section> sections() {
    return sections;
  }

  /** A figure as it is written: four decimals, whole numbers without, {@code none} for NaN. */
  public static String text(double value) {
    if (Double.isNaN(value)) {
      return "none";
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    return String.format(Locale.ROOT, Math.abs(value) < 0.001 ? "%.2e" : "%.4f", value);
  }

  record Section(String title, List<Block> blocks) {}

  sealed interface Block permits Words, Table, Drawing {}

  record Words(String text, boolean warning) implements Block {}

  record Table(List<String> columns, List<List<String>> rows) implements Block {}

  record Drawing(Chart chart) implements Block {}

  /** Takes a report from top to bottom. Not thread-safe. */
  public static final class Builder {
    private final String title;
    private final List<Section> sections = new ArrayList<>();
    private final Map<String, Double> figures = new LinkedHashMap<>();

    private Builder(String title) {
      this.title = Require.name(title, "title");
    }

    /** Begins a section. */
    @CanIgnoreReturnValue
    public Builder section(String title) {
      sections.add(new Section(title, new ArrayList<>()));
      return this;
    }

    /** Adds a paragraph. */
    @CanIgnoreReturnValue
    public Builder words(String text) {
      return add(new Words(text, false));
    }

    /** Adds a paragraph that nobody may miss. */
    @CanIgnoreReturnValue
    public Builder warning(String text) {
      return add(new Words(text, true));
    }

    /** Adds a figure, as a row of its own. */
    @CanIgnoreReturnValue
    public Builder figure(String name, double value) {
      figures.put(name, value);
      List<String> row = List.of(name, text(value));
      List<Block> blocks = sections.get(sections.size() - 1).blocks();
      Block last = blocks.isEmpty() ? new Words("", false) : blocks.get(blocks.size() - 1);
      if (last instanceof Table table && table.columns().equals(FIGURES)) {
        table.rows().add(row);
        return this;
      }
      return add(new Table(FIGURES, new ArrayList<>(List.of(row))));
    }

    /** Adds a figure that a table or chart of this section shows already. */
    @CanIgnoreReturnValue
    public Builder quietFigure(String name, double value) {
      figures.put(name, value);
      return this;
    }

    /** Adds a table; each row has a cell per column. */
    @CanIgnoreReturnValue
    public Builder table(List<String> columns, List<List<String>> rows) {
      return add(new Table(List.copyOf(columns), List.copyOf(rows)));
    }

    /** Adds a chart. */
    @CanIgnoreReturnValue
    public Builder chart(Chart chart) {
      return add(new Drawing(chart));
    }

    /** Builds the report. */
    public Report build() {
      return new Report(this);
    }

    private Builder add(Block block) {
      sections.get(sections.size() - 1).blocks().add(block);
      return this;
    }

    private static final List<String> FIGURES = List.of("figure", "value");
  }
}
