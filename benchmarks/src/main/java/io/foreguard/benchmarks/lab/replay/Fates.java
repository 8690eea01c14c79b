package io.foreguard.benchmarks.lab.replay;

import io.foreguard.evidence.Outcome;
import java.util.Arrays;

/**
 * What becomes of each call if it is sent and load has no effect: what the log says of the calls
 * that were made, and for those that were refused a guess from up to five made before and five made
 * after them, of the same key where there are any. Immutable.
 */
final class Fates {
  /** How a refused call's probability of failure is guessed. */
  enum Guess {
    /** From both sides together. */
    EXPECTED,
    /** The lower limit (Wilson, 80 %) of the side with fewer failures. */
    OPTIMISTIC,
    /** The upper limit of the side with more failures. */
    PESSIMISTIC
  }

  private static final int NEIGHBOURS = 5;
  private static final double Z = 1.28;

  private final ReplayLog log;

  /** Places of the refused calls, and of each the neighbour whose fate it shares, or -1. */
  private final int[] refused;

  private final int[] likeness;

  private Fates(ReplayLog log, int[] refused, int[] likeness) {
    this.log = log;
    this.refused = refused;
    this.likeness = likeness;
  }

  static Fates of(ReplayLog log, Guess guess) {
    int[] refused = new int[(int) log.refused()];
    int count = 0;
    for (int i = 0; i < log.size(); i++) {
      if (!log.wasMade(i)) {
        refused[count++] = i;
      }
    }
    if (count == 0) {
      return new Fates(log, refused, refused);
    }
    Side before = new Side(log, refused, true);
    Side after = new Side(log, refused, false);
    int[] likeness = new int[count];
    for (int r = 0; r < count; r++) {
      boolean fails = uniform(refused[r]) < probability(before, after, r, guess);
      int bad = either(before.bad[r], after.bad[r]);
      int good = either(before.good[r], after.good[r]);
      likeness[r] = fails ? either(bad, good) : either(good, bad);
    }
    return new Fates(log, refused, likeness);
  }

  /** How a call ends; one of which nothing at all is known fails. */
  Outcome outcome(int call) {
    if (log.wasMade(call)) {
      return log.outcome(call);
    }
    int like = like(call);
    return like < 0 ? Outcome.FAILURE : log.outcome(like);
  }

  /** How long it takes. */
  long duration(int call) {
    if (log.wasMade(call)) {
      return log.duration(call);
    }
    int like = like(call);
    return like < 0 ? 0 : log.duration(like);
  }

  /** Whether the fate is a guess. */
  boolean isImagined(int call) {
    return !log.wasMade(call);
  }

  private int like(int call) {
    return likeness[Arrays.binarySearch(refused, call)];
  }

  private static int either(int one, int other) {
    return one >= 0 ? one : other;
  }

  private static double probability(Side before, Side after, int r, Guess guess) {
    return switch (guess) {
      case EXPECTED ->
          (before.failed[r] + after.failed[r] + .5) / (before.known[r] + after.known[r] + 1.);
      case OPTIMISTIC -> Math.min(before.limit(r, -Z), after.limit(r, -Z));
      case PESSIMISTIC -> Math.max(before.limit(r, Z), after.limit(r, Z));
    };
  }

  /** Evenly in [0, 1), by the number of the call. */
  private static double uniform(int call) {
    long z = (call + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return ((z ^ (z >>> 31)) >>> 11) * 0x1.0p-53;
  }

  /** What is known on one side of the refused calls. */
  private static final class Side {
    private final byte[] known;
    private final byte[] failed;
    private final int[] bad;
    private final int[] good;

    Side(ReplayLog log, int[] refused, boolean before) {
      known = new byte[refused.length];
      failed = new byte[refused.length];
      bad = new int[refused.length];
      good = new int[refused.length];
      Nearest[] nearest = new Nearest[log.keyNames().size()];
      Arrays.setAll(nearest, key -> new Nearest());
      Nearest ofAll = new Nearest();
      int r = before ? 0 : refused.length - 1;
      int step = before ? 1 : -1;
      for (int i = before ? 0 : log.size() - 1; i >= 0 && i < log.size(); i += step) {
        if (log.isEvidence(i)) {
          nearest[log.key(i)].add(log, i);
          ofAll.add(log, i);
        } else if (!log.wasMade(i)) {
          Nearest own = nearest[log.key(i)];
          take(r, own.count >= NEIGHBOURS ? own : ofAll);
          r += step;
        }
      }
    }

    private void take(int r, Nearest from) {
      known[r] = (byte) Math.min(NEIGHBOURS, from.count);
      failed[r] = (byte) Integer.bitCount(from.failures);
      bad[r] = from.lastBad;
      good[r] = from.lastGood;
    }

    /** Limit of the probability of failure by Wilson's score interval. */
    double limit(int r, double z) {
      int n = known[r];
      if (n == 0) {
        return z < 0 ? 0 : 1;
      }
      double p = failed[r] / (double) n;
      double centre = p + z * z / (2 * n);
      double spread = z * Math.sqrt(p * (1 - p) / n + z * z / (4. * n * n));
      return (centre + spread) / (1 + z * z / n);
    }
  }

  /** The last made calls of one key. */
  private static final class Nearest {
    private int count;
    private int failures;
    private int lastBad = -1;
    private int lastGood = -1;

    void add(ReplayLog log, int call) {
      boolean fails = log.failed(call);
      failures = (failures << 1 | (fails ? 1 : 0)) & ((1 << NEIGHBOURS) - 1);
      count++;
      if (fails) {
        lastBad = call;
      } else {
        lastGood = call;
      }
    }
  }
}
