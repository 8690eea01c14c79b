package io.foreguard.benchmarks.lab.replay;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * Which configuration to take, and why. The default, unless another gains more than noise: at least
 * twice the standard error of the difference by blocks of time, 10 answers, and 2 % of what the
 * default loses, under what is expected; and nothing less than the default under any bound, or when
 * other calls are left out. Immutable.
 *
 * @param chosen what to take
 * @param words why
 */
record Verdict(Candidate chosen, String words) {
  static final String RULE =
      "The default is recommended unless another configuration of Foreguard gains, on the part of"
          + " the log that the search did not see, at least twice the standard error of the"
          + " difference (by blocks of time), 10 answers and 2 % of what the default loses; is not"
          + " behind the default under any of the bounds; and gains in each of five replays in"
          + " which one call in twenty, others each time, is left out, so that probes and decisions"
          + " fall on other moments.";

  private static final int VARIATIONS = 5;
  private static final int CONTENDERS = 3;

  private static final String DEFAULT_STANDS =
      "The default is as good as anything else that was tried: nothing gained more than noise over"
          + " it.";
  private static final double ERRORS = 2;
  private static final double LEAST_ANSWERS = 10;
  private static final double LEAST_SHARE = .02;

  /**
   * A verdict.
   *
   * @param results of the candidates, the default among them
   * @param from first block that counts
   * @param best what was possible in hindsight
   * @param canJudgeTuned whether the search left part of the log to judge what it found
   */
  static Verdict of(
      List<Result> results, int from, double best, boolean canJudgeTuned, Variations variations) {
    Result usual =
        results.stream()
            .filter(r -> r.candidate().kind() == Candidate.Kind.DEFAULT)
            .findFirst()
            .orElseThrow();
    List<Result> contenders =
        results.stream()
            .filter(r -> r.candidate().configuration() != null)
            .filter(r -> canJudgeTuned || r.candidate().kind() != Candidate.Kind.TUNED)
            .filter(r -> stands(r, usual, from, best))
            .sorted(Comparator.comparingDouble(r -> -gain(r.expected(), usual.expected(), from)))
            .limit(CONTENDERS)
            .toList();
    for (Result contender : contenders) {
      if (variations.gains(contender.candidate(), usual.candidate(), from)) {
        return new Verdict(contender.candidate(), words(contender, usual, from));
      }
    }
    return new Verdict(usual.candidate(), DEFAULT_STANDS);
  }

  private static boolean stands(Result result, Result usual, int from, double best) {
    double gain = gain(result.expected(), usual.expected(), from);
    double error = error(result.expected(), usual.expected(), from);
    double loss = best - usual.expected().utility;
    if (gain < ERRORS * error || gain < LEAST_ANSWERS || gain < LEAST_SHARE * loss) {
      return false;
    }
    for (int i = 0; i < result.bounds().size(); i++) {
      if (gain(result.bounds().get(i), usual.bounds().get(i), from) < 0) {
        return false;
      }
    }
    return true;
  }

  private static String words(Result leader, Result usual, int from) {
    return String.format(
        Locale.ROOT,
        "%s gains the worth of %.0f ± %.0f answers over the default on the part of the log that"
            + " counts, is not behind it under any of the bounds, and gains in each of five replays"
            + " without some of the calls.",
        leader.candidate().name(),
        gain(leader.expected(), usual.expected(), from),
        error(leader.expected(), usual.expected(), from));
  }

  static double gain(Score one, Score other, int from) {
    double sum = 0;
    for (int block = from; block < one.blocks.length; block++) {
      sum += one.blocks[block] - other.blocks[block];
    }
    return sum;
  }

  /** Standard error of the gain if the blocks were independent. */
  static double error(Score one, Score other, int from) {
    int count = one.blocks.length - from;
    double mean = gain(one, other, from) / count;
    double sum = 0;
    for (int block = from; block < one.blocks.length; block++) {
      double off = one.blocks[block] - other.blocks[block] - mean;
      sum += off * off;
    }
    return count < 2 ? 0 : Math.sqrt(sum * count / (count - 1));
  }

  /** Replays a log with other calls left out, to tell luck from gain. Used by one thread. */
  static final class Variations {
    private final Stage stage;
    private final Scenario scenario;
    private final Workers workers;

    Variations(Stage stage, Scenario scenario, Workers workers) {
      this.stage = stage;
      this.scenario = scenario;
      this.workers = workers;
    }

    boolean gains(Candidate one, Candidate other, int from) {
      workers.begin("varying", 2L * VARIATIONS * stage.log().size());
      List<Callable<Double>> work = new ArrayList<>();
      for (int i = 1; i <= VARIATIONS; i++) {
        int number = i;
        work.add(() -> gain(play(one, number), play(other, number), from));
      }
      return workers.run(work).stream().allMatch(gain -> gain > 0);
    }

    private Score play(Candidate candidate, int number) {
      return Playback.variation(stage, candidate, scenario, number, workers.played());
    }
  }
}
