package io.foreguard.benchmarks.lab.replay;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Cuts a log where the probability of a failure changes. Calls are taken in blocks, at most {@link
 * #BLOCKS} of them; the cuts between blocks that make the outcomes likeliest at {@code 1.5 ln n}
 * for each cut are found exactly, then moved to the single call between which the outcomes are
 * likeliest.
 *
 * <p>Source: R. Killick, P. Fearnhead and I. Eckley, <a
 * href="https://arxiv.org/abs/1101.1438">Optimal detection of changepoints with a linear
 * computational cost</a> (PELT). The penalty is that of the modified BIC.
 */
final class Segments {
  private static final int BLOCKS = 3_000;
  private static final double LEAST = 1e-4;

  private final ReplayLog log;

  /** Places in the log of the calls that are evidence. */
  private final int[] evidence;

  /** Failures among the evidence before each place in it. */
  private final int[] failuresBefore;

  private Segments(ReplayLog log) {
    this.log = log;
    int[] places = new int[log.size()];
    int count = 0;
    for (int i = 0; i < log.size(); i++) {
      if (log.isEvidence(i)) {
        places[count++] = i;
      }
    }
    evidence = Arrays.copyOf(places, count);
    failuresBefore = new int[count + 1];
    for (int i = 0; i < count; i++) {
      failuresBefore[i + 1] = failuresBefore[i] + (log.failed(evidence[i]) ? 1 : 0);
    }
  }

  /** Segments in order; none if no call is evidence. */
  static List<Segment> of(ReplayLog log) {
    return new Segments(log).find();
  }

  private List<Segment> find() {
    int count = evidence.length;
    if (count == 0) {
      return List.of();
    }
    int block = Math.max(1, (count + BLOCKS - 1) / BLOCKS);
    int[] cuts = cuts(block);
    for (int round = 0; round < 2; round++) {
      for (int i = 1; i < cuts.length - 1; i++) {
        cuts[i] = moved(cuts[i - 1], cuts[i], cuts[i + 1], block);
      }
    }
    List<Segment> segments = new ArrayList<>();
    for (int i = 1; i < cuts.length; i++) {
      int from = cuts[i - 1];
      int to = cuts[i];
      int first = i == 1 ? 0 : evidence[from];
      int end = to == count ? log.size() : evidence[to];
      segments.add(new Segment(first, end, to - from, failuresBefore[to] - failuresBefore[from]));
    }
    return segments;
  }

  /** PELT over blocks: places in the evidence, from 0 to its size. */
  private int[] cuts(int block) {
    int count = evidence.length;
    int blocks = (count + block - 1) / block;
    double penalty = 1.5 * Math.log(Math.max(20, count));
    double[] best = new double[blocks + 1];
    int[] last = new int[blocks + 1];
    best[0] = -penalty;
    List<Integer> alive = new ArrayList<>();
    for (int end = 1; end <= blocks; end++) {
      alive.add(end - 1);
      best[end] = Double.POSITIVE_INFINITY;
      int to = Math.min(count, end * block);
      double[] costs = new double[alive.size()];
      for (int a = 0; a < costs.length; a++) {
        int start = alive.get(a);
        costs[a] = best[start] + cost(start * block, to);
        if (costs[a] + penalty < best[end]) {
          best[end] = costs[a] + penalty;
          last[end] = start;
        }
      }
      List<Integer> kept = new ArrayList<>();
      for (int a = 0; a < costs.length; a++) {
        if (costs[a] <= best[end]) {
          kept.add(alive.get(a));
        }
      }
      alive = kept;
    }
    List<Integer> cuts = new ArrayList<>(List.of(count));
    for (int at = blocks; at > 0; at = last[at]) {
      cuts.add(last[at] * block);
    }
    Collections.reverse(cuts);
    return cuts.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Negative log likelihood of a stretch of evidence with one probability. */
  private double cost(int from, int to) {
    double n = to - from;
    double failed = failuresBefore[to] - failuresBefore[from];
    double good = n - failed;
    double cost = failed == 0 ? 0 : -failed * Math.log(failed / n);
    return good == 0 ? cost : cost - good * Math.log(good / n);
  }

  private int moved(int before, int cut, int after, int block) {
    double left = probability(before, cut);
    double right = probability(cut, after);
    double failure = Math.log(left / right);
    double success = Math.log((1 - left) / (1 - right));
    int from = Math.max(before + 1, cut - block);
    int to = Math.min(after - 1, cut + block);
    double sum = 0;
    double most = Double.NEGATIVE_INFINITY;
    int best = cut;
    for (int at = from; at <= to; at++) {
      sum += failuresBefore[at] > failuresBefore[at - 1] ? failure : success;
      if (sum > most) {
        most = sum;
        best = at;
      }
    }
    return best;
  }

  private double probability(int from, int to) {
    double share = (failuresBefore[to] - failuresBefore[from]) / (double) (to - from);
    return Math.max(LEAST, Math.min(1 - LEAST, share));
  }

  /**
   * Calls with one probability of failure.
   *
   * @param first place of the first call
   * @param end place after the last
   * @param evidence how many of them are evidence
   * @param failures how many failed
   */
  record Segment(int first, int end, int evidence, int failures) {
    double share() {
      return evidence == 0 ? 0 : failures / (double) evidence;
    }
  }
}
