package io.foreguard.benchmarks.lab;

import io.foreguard.benchmarks.lab.peers.CombinationParameters;
import io.foreguard.benchmarks.lab.peers.CombinationParameters.Range;
import io.foreguard.benchmarks.lab.peers.Peers;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Looks for the combination's parameters on training draws: random search on a few worlds, with the
 * parameters found before among the candidates; the best of it on all worlds; then steps from the
 * best that change a few parameters and get smaller.
 */
final class Tuner {
  private final PrintStream progress;
  private final SplittableRandom random = new SplittableRandom(42);
  private final List<World> worlds = new ArrayList<>();
  private final int families = Families.names().size();
  private final double[] best;

  Tuner(int draws, int randomWorlds, PrintStream progress) {
    this.progress = progress;
    for (int draw = 0; draw < draws; draw++) {
      for (String family : Families.names()) {
        worlds.add(Families.world(family, Families.TRAINING + draw));
      }
    }
    for (int i = 0; i < randomWorlds; i++) {
      worlds.add(Families.random(Families.TRAINING + i));
    }
    best = worlds.parallelStream().mapToDouble(w -> Simulation.runOracle(w).utility).toArray();
  }

  /** The best parameters found. */
  CombinationParameters search(int candidates, int refinements) {
    List<Candidate> first = new ArrayList<>();
    first.add(screen(CombinationParameters.untuned()));
    first.add(screen(Peers.TUNED));
    for (int i = 2; i < candidates; i++) {
      first.add(screen(draw()));
    }
    first.sort(Comparator.comparingDouble(Candidate::loss));
    Candidate leader =
        first.stream()
            .limit(6)
            .map(c -> measure(c.parameters))
            .min(Comparator.comparingDouble(Candidate::loss))
            .orElseThrow();
    tell("random search", leader);
    for (int i = 0; i < refinements; i++) {
      Candidate next =
          measure(step(leader.parameters, .25 * Math.pow(.1, i / (double) refinements)));
      if (next.loss < leader.loss) {
        leader = next;
        tell("step " + i, leader);
      }
    }
    return leader.parameters;
  }

  private CombinationParameters draw() {
    return CombinationParameters.of(
        CombinationParameters.RANGES.stream()
            .mapToDouble(range -> range.at(random.nextDouble()))
            .toArray());
  }

  private CombinationParameters step(CombinationParameters from, double size) {
    double[] next = from.toArray();
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes; i++) {
      int which = random.nextInt(next.length);
      Range range = CombinationParameters.RANGES.get(which);
      double place = range.placeOf(next[which]) + size * random.nextGaussian();
      next[which] =
          range.isSwitch()
              ? range.least() + range.most() - next[which]
              : range.at(Math.max(0, Math.min(1, place)));
    }
    return CombinationParameters.of(next);
  }

  private Candidate screen(CombinationParameters values) {
    int randomFrom = worlds.size() - (worlds.size() - families) / 3;
    return new Candidate(values, loss(values, w -> w < families || w >= randomFrom));
  }

  private Candidate measure(CombinationParameters values) {
    return new Candidate(values, loss(values, w -> true));
  }

  /** Mean over the families plus mean over the random worlds. */
  private double loss(CombinationParameters values, java.util.function.IntPredicate which) {
    Policy.Factory policy = PeerPolicy.of(Peers.combination(values));
    double[] regrets =
        IntStream.range(0, worlds.size())
            .parallel()
            .mapToDouble(w -> which.test(w) ? regret(w, policy) : Double.NaN)
            .toArray();
    return mean(regrets, false) + mean(regrets, true);
  }

  private double regret(int index, Policy.Factory policy) {
    Tally tally = Simulation.run(worlds.get(index), Policies.COMBINATION, policy);
    return 1000 * (best[index] - tally.utility) / Math.max(1, tally.requests);
  }

  private double mean(double[] regrets, boolean ofRandomWorlds) {
    return IntStream.range(0, regrets.length)
        .filter(w -> worlds.get(w).family.equals("random") == ofRandomWorlds)
        .mapToDouble(w -> regrets[w])
        .filter(regret -> !Double.isNaN(regret))
        .average()
        .orElse(0);
  }

  private void tell(String when, Candidate candidate) {
    progress.printf(Locale.ROOT, "%s: %.2f %s%n", when, candidate.loss, candidate.parameters);
  }

  private record Candidate(CombinationParameters parameters, double loss) {}
}
