package io.foreguard.benchmarks.lab.replay;

import io.foreguard.benchmarks.lab.replay.Candidate.Kind;
import io.foreguard.benchmarks.lab.replay.Incidents.Incident;
import io.foreguard.benchmarks.lab.replay.Segments.Segment;
import io.foreguard.evidence.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The calls to one dependency, replayed. Immutable.
 *
 * @param stage the log and its incidents
 * @param usualFailures share of calls that fail outside of incidents
 * @param deadlineNanos after which callers gave up, 0 if neither told nor seen
 * @param assumptions what is expected and what bounds it
 * @param results of all candidates
 * @param hindsight utility of sending everything or nothing between two changes of the failure
 *     probability, whichever is better
 * @param judgedFrom first block that the verdict counts
 * @param verdict what to take
 */
record Replayed(
    Stage stage,
    double usualFailures,
    long deadlineNanos,
    Assumptions assumptions,
    List<Result> results,
    double hindsight,
    int judgedFrom,
    Verdict verdict) {
  Replayed {
    results = List.copyOf(results);
  }

  /** Replays a log. */
  static Replayed of(ReplayLog log, Plan plan, Workers workers) {
    List<Segment> segments = Segments.of(log);
    List<Incident> incidents = Incidents.of(log, segments);
    double usual = Incidents.usualShare(segments);
    long told = plan.deadline() == null ? 0 : plan.deadline().toNanos();
    long deadline = told > 0 ? told : Latencies.deadline(log);
    long assumed = deadline > 0 ? deadline : ReplayRun.ASSUMED_DEADLINE.toNanos();
    Worth worth = new Worth(plan.failureCost(), plan.holdCost(), assumed);
    Stage stage = new Stage(log, incidents, worth);
    Latencies latencies = Latencies.of(log, incidents);
    long patience = deadline > 0 ? deadline : longest(log);
    Assumptions assumptions =
        Assumptions.of(log, LoadFit.of(log, incidents, latencies, patience, usual));
    List<Candidate> candidates =
        new ArrayList<>(Candidates.of(log, plan.current(), deadline, latencies, plan.peers()));
    int cut = cut(stage);
    if (plan.searches() && !incidents.isEmpty()) {
      Search search =
          new Search(
              stage,
              assumptions.expected(),
              cut > 0 ? cut : log.size(),
              latencies,
              deadline,
              workers);
      List<Configuration> known =
          candidates.stream()
              .map(Candidate::configuration)
              .flatMap(c -> Optional.ofNullable(c).stream())
              .toList();
      candidates.add(search.best(known));
    }
    List<Result> results = play(stage, candidates, assumptions, workers);
    double hindsight = hindsight(stage, segments, assumptions.expected().fates());
    int from = cut > 0 ? stage.block(log.start(cut)) + 1 : 0;
    Verdict.Variations variations = new Verdict.Variations(stage, assumptions.expected(), workers);
    Verdict verdict = Verdict.of(results, from, hindsight, cut > 0, variations);
    return new Replayed(stage, usual, deadline, assumptions, results, hindsight, from, verdict);
  }

  boolean wasSearched() {
    return results.stream().anyMatch(r -> r.candidate().kind() == Kind.TUNED);
  }

  /** Whether part of the log was kept from the search. */
  boolean wasSplit() {
    return judgedFrom > 0;
  }

  /**
   * Place of the first call that the search does not see: halfway between the incidents of the
   * first half and the rest; 0 if there is but one.
   */
  private static int cut(Stage stage) {
    List<Incident> incidents = stage.incidents();
    if (incidents.size() < 2) {
      return 0;
    }
    int next = (incidents.size() + 1) / 2;
    return (incidents.get(next - 1).end() + incidents.get(next).first()) / 2;
  }

  private static long longest(ReplayLog log) {
    long most = 1;
    for (int i = 0; i < log.size(); i++) {
      most = Math.max(most, log.duration(i));
    }
    return most + 1;
  }

  private static List<Result> play(
      Stage stage, List<Candidate> candidates, Assumptions assumptions, Workers workers) {
    List<Scenario> scenarios = new ArrayList<>();
    scenarios.add(assumptions.expected());
    scenarios.addAll(assumptions.bounds());
    int size = stage.log().size();
    workers.begin("replaying", (long) size * candidates.size() * scenarios.size());
    List<Callable<Score>> work = new ArrayList<>();
    for (Candidate candidate : candidates) {
      for (Scenario scenario : scenarios) {
        work.add(() -> Playback.of(stage, candidate, scenario, workers.played()));
      }
    }
    List<Score> scores = workers.run(work);
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      int at = i * scenarios.size();
      List<Score> bounds = scores.subList(at + 1, at + scenarios.size());
      results.add(new Result(candidates.get(i), scores.get(at), bounds));
    }
    return results;
  }

  private static double hindsight(Stage stage, List<Segment> segments, Fates fates) {
    double sum = 0;
    for (Segment segment : segments) {
      double all = 0;
      for (int i = segment.first(); i < segment.end(); i++) {
        Outcome outcome = fates.outcome(i);
        all += stage.worth().of(outcome, fates.duration(i));
      }
      sum += Math.max(0, all);
    }
    return sum;
  }

  /**
   * What to do with a log.
   *
   * @param current what runs today, if known
   * @param deadline after which callers gave up, null to take it from the log
   * @param failureCost cost of a call that fails at once
   * @param holdCost further cost of one that holds its caller for the deadline
   * @param peers names of peers are found by it
   * @param searches whether to search for a better configuration
   */
  record Plan(
      Optional<Configuration> current,
      @Nullable Duration deadline,
      double failureCost,
      double holdCost,
      Pattern peers,
      boolean searches) {}
}
