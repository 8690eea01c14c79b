package io.foreguard.benchmarks.lab.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Means and comparisons over raw results. Immutable. */
public final class Analysis {
  private final List<Contestant> contestants;
  private final Map<String, Map<String, List<Row>>> rows = new LinkedHashMap<>();
  private final Map<String, Map<Integer, Row>> oracles = new LinkedHashMap<>();

  /** An analysis of these results. */
  public Analysis(Results results) {
    contestants = results.contestants();
    for (Row row : results.rows()) {
      if (row.policy().equals(Results.ORACLE)) {
        oracles.computeIfAbsent(row.family(), f -> new LinkedHashMap<>()).put(row.draw(), row);
      }
      rows.computeIfAbsent(row.family(), f -> new LinkedHashMap<>())
          .computeIfAbsent(row.policy(), p -> new ArrayList<>())
          .add(row);
    }
  }

  List<Contestant> contestants() {
    return contestants;
  }

  List<String> of(Contestant.Kind kind) {
    return contestants.stream().filter(c -> c.kind() == kind).map(Contestant::name).toList();
  }

  /** Families, without the random worlds. */
  List<String> families() {
    return rows.keySet().stream().filter(family -> !family.equals(Results.RANDOM)).toList();
  }

  boolean hasRandomWorlds() {
    return rows.containsKey(Results.RANDOM);
  }

  int worlds(String family) {
    return oracles.getOrDefault(family, Map.of()).size();
  }

  /** A measure over the worlds of a family. */
  Sample sample(String family, String policy, Measure measure) {
    List<Row> found = rows.getOrDefault(family, Map.of()).getOrDefault(policy, List.of());
    Map<Integer, Row> bounds = oracles.getOrDefault(family, Map.of());
    double[] values =
        found.stream()
            .mapToDouble(row -> measure.of(row, bounds.getOrDefault(row.draw(), row)))
            .toArray();
    return new Sample(values);
  }

  /** Mean over the worlds of a family. */
  public double mean(String family, String policy, Measure measure) {
    return sample(family, policy, measure).mean();
  }

  /** Mean over the families of their means, without the random worlds. */
  public double meanOverFamilies(String policy, Measure measure) {
    return families().stream()
        .mapToDouble(family -> mean(family, policy, measure))
        .filter(Double::isFinite)
        .average()
        .orElse(Double.NaN);
  }

  /** Over the draws, the mean over the families that have this draw. */
  Sample overDraws(String policy, Measure measure) {
    Map<Integer, List<Double>> draws = new TreeMap<>();
    for (String family : families()) {
      for (Row row : rows.getOrDefault(family, Map.of()).getOrDefault(policy, List.of())) {
        Row oracle = oracles.getOrDefault(family, Map.of()).getOrDefault(row.draw(), row);
        draws.computeIfAbsent(row.draw(), d -> new ArrayList<>()).add(measure.of(row, oracle));
      }
    }
    return new Sample(
        draws.values().stream()
            .mapToDouble(values -> values.stream().mapToDouble(v -> v).average().orElse(Double.NaN))
            .toArray());
  }

  /** The single peer with the least mean regret over the families. */
  Optional<String> bestPeer() {
    return of(Contestant.Kind.PEER).stream()
        .min(Comparator.comparingDouble(peer -> meanOverFamilies(peer, Measure.REGRET)));
  }

  /** The single peer with the least mean regret in a family. */
  public Optional<String> bestPeer(String family) {
    return of(Contestant.Kind.PEER).stream()
        .min(Comparator.comparingDouble(peer -> mean(family, peer, Measure.REGRET)));
  }
}
