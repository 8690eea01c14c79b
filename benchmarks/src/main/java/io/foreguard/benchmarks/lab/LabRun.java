package io.foreguard.benchmarks.lab;

import java.util.ArrayList;
import java.util.List;

/** Runs the lab. */
public final class LabRun {
  private LabRun() {}

  /** Runs what the arguments ask for. */
  public static void main(String[] args) {
    int draws = args.length > 0 ? Integer.parseInt(args[0]) : 3;
    int from = args.length > 1 ? Integer.parseInt(args[1]) : Families.TRAINING;
    int worlds = args.length > 2 ? Integer.parseInt(args[2]) : 60;
    String only = args.length > 3 ? args[3] : "";
    List<World> all = new ArrayList<>();
    for (String family : Families.names()) {
      for (int d = 0; d < draws && (only.isEmpty() || family.matches(only)); d++) {
        all.add(Families.world(family, from + d));
      }
    }
    for (int i = 0; i < worlds && (only.isEmpty() || "random".matches(only)); i++) {
      all.add(Families.random(from + i));
    }
    var results =
        new java.util.LinkedHashMap<String, java.util.LinkedHashMap<String, List<Tally>>>();
    long start = System.nanoTime();
    java.util.Map<World, Tally> oracles = new java.util.concurrent.ConcurrentHashMap<>();
    java.util.Map<World, List<Tally>> tallies = new java.util.concurrent.ConcurrentHashMap<>();
    all.parallelStream()
        .forEach(
            w -> {
              oracles.put(w, Simulation.runOracle(w));
              List<Tally> t = new ArrayList<>();
              t.add(Simulation.run(w, "none", (a, b, c) -> new Simulation.Unprotected()));
              t.add(Simulation.run(w, "foreguard", (a, b, c) -> new ForeguardPolicy(a, b)));
              tallies.put(w, t);
            });
    for (World w : all) {
      for (Tally t : tallies.get(w)) {
        results
            .computeIfAbsent(w.family, k -> new java.util.LinkedHashMap<>())
            .computeIfAbsent(t.policy, k -> new ArrayList<>())
            .add(t);
      }
    }
    results.forEach(
        (family, byPolicy) -> {
          StringBuilder line = new StringBuilder(String.format("%-15s", family));
          byPolicy.forEach(
              (policy, ts) -> {
                double regret =
                    ts.stream()
                        .mapToDouble(t -> t.regret(oracles.get(t.world)))
                        .average()
                        .orElse(0);
                double wasted =
                    ts.stream()
                        .mapToDouble(t -> 1000.0 * t.wasted / t.requests)
                        .average()
                        .orElse(0);
                double rejected =
                    ts.stream()
                        .mapToDouble(t -> 1000.0 * t.falseRejections / t.requests)
                        .average()
                        .orElse(0);
                double good = ts.stream().mapToDouble(t -> t.goodput()).average().orElse(0);
                line.append(
                    String.format(
                        " | %-9s %7.1f w%6.1f r%6.1f g%.3f p%6.2f",
                        policy,
                        regret,
                        wasted,
                        rejected,
                        good,
                        ts.stream().mapToDouble(t -> t.secondsToProtect).average().orElse(0)));
                if (only.length() > 2)
                  ts.forEach(
                      t -> line.append(String.format(" %.0f", t.regret(oracles.get(t.world)))));
              });
          double best =
              byPolicy.values().iterator().next().stream()
                  .mapToDouble(t -> oracles.get(t.world).goodput())
                  .average()
                  .orElse(0);
          line.append(String.format(" | oracle %.3f", best));
          System.out.println(line);
        });
    System.out.printf("%.1f s%n", (System.nanoTime() - start) / 1e9);
  }
}
