package io.foreguard.benchmarks.lab.replay;

import io.foreguard.benchmarks.lab.replay.Candidate.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;

/**
 * Looks for a better configuration on the first part of a log: random ones, then steps from the
 * best that change one or two settings and get smaller. What it finds is judged on the rest.
 */
final class Search {
  private static final int RANDOM = 16;
  private static final int ROUNDS = 6;
  private static final int STEPS_PER_ROUND = 4;

  /** Longer logs get fewer tries, so that a million calls stay within their two minutes. */
  private static final long MOST_CALLS = 12_000_000;

  private static final List<Duration> PROBE_INTERVALS =
      List.of(
          Configuration.defaults().maxProbeInterval(),
          Duration.ofSeconds(30),
          Duration.ofSeconds(5),
          Duration.ofSeconds(1));

  private final Stage stage;
  private final Scenario scenario;
  private final int end;
  private final double leastTimeout;
  private final double mostTimeout;
  private final boolean keyed;
  private final Workers workers;
  private final SplittableRandom random = new SplittableRandom(42);

  /**
   * A search on the calls before {@code end}.
   *
   * @param deadlineNanos longest time-out to try, 0 if the log shows none
   */
  Search(
      Stage stage,
      Scenario scenario,
      int end,
      Latencies latencies,
      long deadlineNanos,
      Workers workers) {
    this.stage = stage;
    this.scenario = scenario;
    this.end = end;
    this.workers = workers;
    keyed = stage.log().keyNames().size() > 1;
    leastTimeout = Math.max(1_000, 1.2 * latencies.quantile(.99));
    double most = deadlineNanos > 0 ? deadlineNanos : 10. * latencies.quantile(.999);
    mostTimeout = Math.max(leastTimeout, most);
  }

  /** The best configuration found, starting from some. */
  Candidate best(List<Configuration> known) {
    long affordable = Math.max(8, MOST_CALLS / Math.max(1, end));
    int draws = (int) Math.min(RANDOM, affordable / 2);
    int rounds = (int) Math.min(ROUNDS, affordable / 2 / STEPS_PER_ROUND);
    int tries = known.size() + draws + rounds * STEPS_PER_ROUND;
    workers.begin("searching", (long) tries * end);
    List<Configuration> first = new ArrayList<>(known);
    for (int i = 0; i < draws; i++) {
      first.add(draw());
    }
    Trial leader = bestOf(first);
    for (int round = 0; round < rounds; round++) {
      List<Configuration> near = new ArrayList<>();
      for (int i = 0; i < STEPS_PER_ROUND; i++) {
        near.add(step(leader.configuration, Math.pow(.5, round / 2.)));
      }
      Trial next = bestOf(near);
      if (next.utility > leader.utility) {
        leader = next;
      }
    }
    return Candidate.foreguard(
        "foreguard-tuned",
        "found by search on the first part of the log",
        Kind.TUNED,
        leader.configuration);
  }

  private Trial bestOf(List<Configuration> configurations) {
    List<Callable<Trial>> work = new ArrayList<>();
    for (Configuration configuration : configurations) {
      work.add(() -> measure(configuration));
    }
    // The first of equals: those known come before those drawn.
    return workers.run(work).stream().max(Comparator.comparingDouble(Trial::utility)).orElseThrow();
  }

  private Trial measure(Configuration configuration) {
    Candidate candidate = Candidate.foreguard("trial", "", Kind.TUNED, configuration);
    Score score = Playback.of(stage, candidate, scenario, end, workers.played());
    return new Trial(configuration, score.utility);
  }

  private Configuration draw() {
    return Configuration.defaults()
        .with(
            draft -> {
              draft.timeout = timeout(random.nextDouble());
              draft.fastFailureCost = Candidates.twoDigits(log(.05, 1, random.nextDouble()));
              draft.holdCost = Candidates.twoDigits(log(.1, 4, random.nextDouble()));
              draft.limitsConcurrency = random.nextInt(4) > 0;
              draft.maxProbeInterval = PROBE_INTERVALS.get(random.nextInt(4));
              draft.keyed = keyed && random.nextBoolean();
            });
  }

  private Configuration step(Configuration from, double size) {
    int changes = 1 + random.nextInt(2);
    Configuration next = from.with(draft -> draft.classic = null);
    for (int i = 0; i < changes; i++) {
      next = next.with(draft -> change(draft, size));
    }
    return next;
  }

  private void change(Configuration.Draft draft, double size) {
    double factor = Math.exp(size * random.nextGaussian());
    switch (random.nextInt(keyed ? 6 : 5)) {
      case 0 -> {
        double from = draft.timeout == null ? mostTimeout : draft.timeout.toNanos();
        double bounded = Math.max(leastTimeout, Math.min(mostTimeout, from * factor));
        draft.timeout = Candidates.rounded(bounded);
      }
      case 1 ->
          draft.fastFailureCost =
              Candidates.twoDigits(Math.max(.02, Math.min(3, draft.fastFailureCost * factor)));
      case 2 ->
          draft.holdCost =
              Candidates.twoDigits(Math.max(.02, Math.min(9, draft.holdCost * factor)));
      case 3 -> draft.maxProbeInterval = PROBE_INTERVALS.get(random.nextInt(4));
      case 4 -> draft.limitsConcurrency = !draft.limitsConcurrency;
      default -> draft.keyed = !draft.keyed;
    }
  }

  private Duration timeout(double place) {
    return Candidates.rounded(log(leastTimeout, mostTimeout, place));
  }

  private static double log(double least, double most, double place) {
    return least * Math.pow(most / least, place);
  }

  private record Trial(Configuration configuration, double utility) {}
}
