package io.foreguard.predictive.training;

import io.foreguard.predictive.file.ModelHeader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How a model was trained and how it did on later rows it had not seen: figures by name, in
 * sections. Immutable.
 */
public final class TrainingReport {
  private final String title;
  private final List<Section> sections;
  private final Map<String, Double> figures;

  private TrainingReport(Builder builder) {
    title = builder.title;
    sections = List.copyOf(builder.sections);
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(builder.figures));
  }

  /**
   * All figures by name, such as {@code held_out.auc}, in the order of the report; NaN if
   * undefined.
   */
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

  /** The report as a page of Markdown. */
  public String toMarkdown() {
    StringBuilder page = new StringBuilder("# " + title + "\n");
    for (Section section : sections) {
      page.append("\n## ").append(section.title()).append("\n\n");
      page.append(section.words()).append("\n\n| figure | value |\n| --- | ---: |\n");
      for (String name : section.names()) {
        page.append("| ").append(name).append(" | ").append(text(figure(name))).append(" |\n");
      }
    }
    return page.toString();
  }

  void addTo(ModelHeader.Builder header) {
    figures.forEach((name, value) -> header.report(name, text(value)));
  }

  private static String text(double value) {
    if (Double.isNaN(value)) {
      return "none";
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    return String.format(Locale.ROOT, "%.4f", value);
  }

  static final class Builder {
    private final String title;
    private final List<Section> sections = new ArrayList<>();
    private final Map<String, Double> figures = new LinkedHashMap<>();

    Builder(String title) {
      this.title = title;
    }

    void section(String title, String words) {
      sections.add(new Section(title, words, new ArrayList<>()));
    }

    void figure(String name, double value) {
      figures.put(name, value);
      sections.get(sections.size() - 1).names().add(name);
    }

    TrainingReport build() {
      return new TrainingReport(this);
    }
  }

  private record Section(String title, String words, List<String> names) {}
}
