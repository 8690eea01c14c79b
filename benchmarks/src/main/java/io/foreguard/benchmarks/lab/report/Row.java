package io.foreguard.benchmarks.lab.report;

import java.util.EnumMap;
import java.util.Map;

/**
 * What one policy did in one world. Immutable.
 *
 * @param family of the world
 * @param draw of the family
 * @param policy by name
 * @param figures every {@link Figure}
 */
public record Row(String family, int draw, String policy, Map<Figure, Double> figures) {
  /** Copies the figures. */
  public Row {
    figures = new EnumMap<>(figures);
    if (figures.size() != Figure.values().length) {
      throw new IllegalArgumentException("figures must be complete, but were " + figures.keySet());
    }
  }

  double get(Figure figure) {
    return figures.getOrDefault(figure, Double.NaN);
  }
}
