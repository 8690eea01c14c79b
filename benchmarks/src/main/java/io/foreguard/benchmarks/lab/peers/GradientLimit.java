package io.foreguard.benchmarks.lab.peers;

/**
 * Netflix's Gradient2 concurrency limit: {@code gradient = clamp(tolerance * long / short, 0.5,
 * 1)}, {@code limit = 0.8 * limit + 0.2 * (limit * gradient + queue)}, and no change while less
 * than half of the limit is in use. The long time is an exponential average over 600 calls that
 * starts as the mean of ten, and shrinks by 5 % a call while it is more than twice the short one.
 *
 * <p>Source: <a
 * href="https://github.com/Netflix/concurrency-limits/blob/main/concurrency-limits-core/src/main/java/com/netflix/concurrency/limits/limit/Gradient2Limit.java">Gradient2Limit.java</a>.
 * Calls in use are counted when one ends, where the library counts them when it begins.
 */
final class GradientLimit {
  private static final double SMOOTHING = .2;
  private static final int WARM_UP = 10;
  private static final double LONG_FACTOR = 2.0 / 601;

  private final double tolerance;
  private final double queue;
  private final double least;
  private final double most;
  private double limit;
  private double longRtt;
  private int samples;
  private int inFlight;

  GradientLimit(double tolerance, double queue, double least, double most) {
    this.tolerance = tolerance;
    this.queue = queue;
    this.least = least;
    this.most = most;
    limit = Math.max(least, Math.min(most, 20));
  }

  boolean tryAcquire() {
    if (inFlight >= (int) limit) {
      return false;
    }
    inFlight++;
    return true;
  }

  /** Gives a permit back without telling a time. */
  void ignored() {
    inFlight--;
  }

  void sample(long rttNanos) {
    int busy = inFlight--;
    double rtt = Math.max(1, rttNanos);
    if (samples < WARM_UP) {
      samples++;
      longRtt += (rtt - longRtt) / samples;
    } else {
      longRtt += (rtt - longRtt) * LONG_FACTOR;
    }
    if (longRtt / rtt > 2) {
      longRtt *= .95;
    }
    if (busy < limit / 2) {
      return;
    }
    double gradient = Math.max(.5, Math.min(1, tolerance * longRtt / rtt));
    double next = limit * gradient + queue;
    limit = Math.max(least, Math.min(most, limit * (1 - SMOOTHING) + next * SMOOTHING));
  }

  double limit() {
    return limit;
  }
}
