package io.foreguard.predictive.online;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What the model saw and predicted at the latest moments, and how the calls that started after each
 * ended. So a call is learned from what was known when it <em>started</em>, though one hears of it
 * when it ends. Constant memory.
 *
 * <p><b>Threads.</b> {@link #ended} may run on any thread: it finds the moment by binary search and
 * adds to one counter, without a lock, waiting or allocation. Everything else belongs to whoever
 * holds the model's lock. Moments are written before {@code published} is (release), and read after
 * it (acquire). The {@value #MARGIN} oldest places, which are about to be written anew, are taken
 * for gone; a thread that is interrupted for that long in between adds its call to a newer moment.
 * That is one call in the wrong place, and nothing worse.
 *
 * <p><b>Spacing.</b> Moments are at least 5 ms apart, or so far that the longest call of late fits.
 * A call that started before the oldest, or took more than an hour, is counted as missed.
 */
final class SignalHistory {
  static final int PLACES = 256;
  static final int MARGIN = 16;
  private static final long LEAST_SPACING_NANOS = 5_000_000L;
  private static final int LONGEST_CALL_PLACES = 160;
  private static final double LONGEST_FORGOTTEN = .99;
  private static final long LONGEST_NANOS = 3_600_000_000_000L;
  private static final long ONE_SUCCESS = 1L << 32;
  private static final long FAILURES = ONE_SUCCESS - 1;

  private final AtomicLongArray times = new AtomicLongArray(PLACES);

  /** Successes in the upper half of each, failures in the lower. */
  private final AtomicLongArray calls = new AtomicLongArray(PLACES);

  private final AtomicLongArray probes = new AtomicLongArray(PLACES);

  private final float[] features = new float[PLACES * OnlineFeatures.SIZE];
  private final double[] offsets = new double[PLACES];
  private final float[] callWeights = new float[PLACES];
  private final float[] probeWeights = new float[PLACES];
  private final float[] successWins = new float[PLACES];
  private final float[] failureWins = new float[PLACES];
  private final boolean[] troubled = new boolean[PLACES];
  private final long[] cells = new long[PLACES];

  private final AtomicLong published = new AtomicLong();
  private final AtomicLong longest = new AtomicLong();
  private final AtomicLong missed = new AtomicLong();

  /** Takes how a call ended. */
  void ended(long start, long durationNanos, boolean success, boolean probe) {
    if (durationNanos > longest.getOpaque()) {
      longest.setOpaque(Math.min(LONGEST_NANOS, durationNanos));
    }
    long place = durationNanos > LONGEST_NANOS ? -1 : find(start);
    if (place < 0) {
      missed.incrementAndGet();
      return;
    }
    (probe ? probes : calls).getAndAdd(at(place), success ? ONE_SUCCESS : 1L);
  }

  /** The latest moment at or before {@code start}, -1 when it is gone. */
  private long find(long start) {
    long high = published.getAcquire() - 1;
    long low = Math.max(0, high - (PLACES - MARGIN) + 1);
    if (high < 0 || timeAt(low) - start > 0) {
      return -1;
    }
    if (timeAt(high) - start <= 0) {
      return high;
    }
    while (high - low > 1) { // the moment at low is not after start, the one at high is
      long middle = (low + high) >>> 1;
      if (timeAt(middle) - start <= 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private long timeAt(long moment) {
    return times.getOpaque(at(moment));
  }

  private static int at(long moment) {
    return (int) (moment & (PLACES - 1));
  }

  /** Whether enough time has passed for another moment. */
  boolean isDue(long now) {
    long spacing = Math.max(LEAST_SPACING_NANOS, longestNanos() / LONGEST_CALL_PLACES);
    return published.getPlain() == 0 || now - latest() >= spacing;
  }

  /** Seconds from the latest moment until {@code now}, 0 when there is none. */
  double secondsSinceLatest(long now) {
    return published.getPlain() == 0 ? 0 : Math.max(0, (now - latest()) * 1e-9);
  }

  private long latest() {
    return times.getPlain(at(published.getPlain() - 1));
  }

  /**
   * Publishes a moment, whose place must have been settled.
   *
   * @param x features
   * @param failureLogOdds what the default model predicts
   * @param byDefault success probability by the default model
   * @param byModel the same by this one
   * @param cell cell of the proof that it belongs to
   */
  void publish(
      long now, double[] x, double failureLogOdds, double byDefault, double byModel, long cell) {
    int place = at(published.getPlain());
    for (int i = 0; i < OnlineFeatures.SIZE; i++) {
      features[place * OnlineFeatures.SIZE + i] = (float) x[i];
    }
    offsets[place] = failureLogOdds;
    successWins[place] = (float) Proof.win(byDefault, byModel, true);
    failureWins[place] = (float) Proof.win(byDefault, byModel, false);
    troubled[place] = Proof.isTroubled(byDefault, byModel);
    cells[place] = cell;
    times.setOpaque(place, now);
    published.setRelease(published.getPlain() + 1);
  }

  /** Sets what a call, and a probe, of the moment that is published next weigh. */
  void weigh(double call, double probe) {
    int place = at(published.getPlain());
    callWeights[place] = (float) call;
    probeWeights[place] = (float) probe;
  }

  /** Hands over what has ended since the last time; returns the number of calls. */
  long settle(OnlineWeights weights, Proof proof) {
    long end = published.getPlain();
    long total = 0;
    for (long moment = Math.max(0, end - PLACES); moment < end; moment++) {
      int place = at(moment);
      if (calls.getOpaque(place) != 0) {
        total += settle(place, calls.getAndSet(place, 0), false, weights, proof);
      }
      if (probes.getOpaque(place) != 0) {
        total += settle(place, probes.getAndSet(place, 0), true, weights, proof);
      }
    }
    return total;
  }

  private long settle(int place, long packed, boolean probe, OnlineWeights weights, Proof proof) {
    long failures = packed & FAILURES;
    long successes = packed >>> 32;
    long count = failures + successes;
    double each = probe ? probeWeights[place] : callWeights[place];
    weights.learn(
        features, place * OnlineFeatures.SIZE, offsets[place], each * count, each * failures);
    double won = failures * (double) failureWins[place] + successes * (double) successWins[place];
    proof.add(cells[place], won, count, troubled[place]);
    return count;
  }

  /** How long calls have taken at most, slowly forgotten. */
  long longestNanos() {
    return longest.getOpaque();
  }

  /** Lets the longest call be forgotten a little. */
  void forgetLongest() {
    longest.setOpaque((long) (longestNanos() * LONGEST_FORGOTTEN));
  }

  /** Calls that started before anything that is remembered. */
  long missed() {
    return missed.getOpaque();
  }
}
