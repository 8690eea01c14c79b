package io.foreguard.predictive.feature;

import java.util.Arrays;

/**
 * Means and least-squares slopes over time of several quantities within a sliding window. Not
 * thread-safe.
 *
 * <p>A queue made of two stacks: each entry of the front stack carries the moments of itself and
 * everything newer in that stack; the back stack has one running set. Dropping the oldest entry is
 * popping the front, so no value is ever subtracted from a sum, and errors cannot pile up over
 * months. When the front runs empty the back is turned over into it: constant time per sample on
 * average.
 *
 * <p>Moments are kept about their means and joined pairwise (Chan, Golub and LeVeque, "Updating
 * Formulae and a Pairwise Algorithm for Computing Sample Variances", 1979), so large values with
 * small changes keep their precision.
 */
final class RollingWindow {
  /** Most samples held: 1 hour of one per second. Beyond it the oldest go early. */
  static final int MOST_SAMPLES = 3_600;

  private static final double MILLIS_PER_MINUTE = 60_000;
  private static final int TIME_MEAN = 0;
  private static final int TIME_SQUARES = 1;
  private static final int FIRST_QUANTITY = 2;

  private final long lengthMillis;
  private final int quantities;

  /** Moments of a set: mean and squares of time, then mean and co-moment with time per quantity. */
  private final int stride;

  private long[] frontTimes = new long[64];
  private double[] frontMoments;
  private int frontSize;

  private long[] backTimes = new long[64];
  private double[] backValues;
  private int backSize;

  private final double[] back;
  private final double[] total;
  private long originMillis;

  RollingWindow(long lengthMillis, int quantities) {
    this.lengthMillis = lengthMillis;
    this.quantities = quantities;
    stride = FIRST_QUANTITY + 2 * quantities;
    frontMoments = new double[frontTimes.length * stride];
    backValues = new double[backTimes.length * quantities];
    back = new double[stride];
    total = new double[stride];
  }

  void clear() {
    frontSize = 0;
    backSize = 0;
  }

  int size() {
    return frontSize + backSize;
  }

  /** Adds a sample later than all others and drops those that are a window's length older. */
  void add(long timeMillis, double[] values) {
    if (size() == 0) {
      originMillis = timeMillis;
    }
    evict(timeMillis - lengthMillis);
    if (backSize == backTimes.length) {
      backTimes = Arrays.copyOf(backTimes, backSize * 2);
      backValues = Arrays.copyOf(backValues, backValues.length * 2);
    }
    backTimes[backSize] = timeMillis;
    System.arraycopy(values, 0, backValues, backSize * quantities, quantities);
    joinSample(back, 0, backSize, minutes(timeMillis), backValues, backSize * quantities);
    backSize++;
    join();
  }

  double mean(int quantity) {
    return total[FIRST_QUANTITY + 2 * quantity];
  }

  /** Change per minute; 0 for a single sample. */
  double slope(int quantity) {
    double squares = total[TIME_SQUARES];
    return squares > 0 ? total[FIRST_QUANTITY + 2 * quantity + 1] / squares : 0;
  }

  private void evict(long cutoffMillis) {
    while (size() > 0) {
      if (frontSize == 0) {
        turnOver();
      }
      if (frontTimes[frontSize - 1] > cutoffMillis && size() < MOST_SAMPLES) {
        return;
      }
      frontSize--;
    }
  }

  private void turnOver() {
    if (frontTimes.length < backSize) {
      frontTimes = new long[backTimes.length];
      frontMoments = new double[frontTimes.length * stride];
    }
    for (int i = backSize - 1; i >= 0; i--) {
      int target = frontSize * stride;
      if (frontSize > 0) {
        System.arraycopy(frontMoments, target - stride, frontMoments, target, stride);
      }
      double minutes = minutes(backTimes[i]);
      joinSample(frontMoments, target, frontSize, minutes, backValues, i * quantities);
      frontTimes[frontSize++] = backTimes[i];
    }
    backSize = 0;
  }

  /** Joins one sample to the {@code count} that {@code moments} stand for. */
  private void joinSample(
      double[] moments, int at, int count, double minutes, double[] values, int valuesAt) {
    if (count == 0) {
      Arrays.fill(moments, at, at + stride, 0);
      moments[at + TIME_MEAN] = minutes;
      for (int q = 0; q < quantities; q++) {
        moments[at + FIRST_QUANTITY + 2 * q] = values[valuesAt + q];
      }
      return;
    }
    double share = 1.0 / (count + 1);
    double timeStep = minutes - moments[at + TIME_MEAN];
    double spread = timeStep * count * share;
    moments[at + TIME_MEAN] += timeStep * share;
    moments[at + TIME_SQUARES] += timeStep * spread;
    for (int q = 0; q < quantities; q++) {
      int mean = at + FIRST_QUANTITY + 2 * q;
      double step = values[valuesAt + q] - moments[mean];
      moments[mean] += step * share;
      moments[mean + 1] += step * spread;
    }
  }

  /** Sets the total from both stacks; the back is never empty here. */
  private void join() {
    System.arraycopy(back, 0, total, 0, stride);
    if (frontSize == 0) {
      return;
    }
    int front = (frontSize - 1) * stride;
    double share = (double) frontSize / (frontSize + backSize);
    double timeStep = frontMoments[front + TIME_MEAN] - back[TIME_MEAN];
    double spread = timeStep * backSize * share;
    total[TIME_MEAN] += timeStep * share;
    total[TIME_SQUARES] += frontMoments[front + TIME_SQUARES] + timeStep * spread;
    for (int q = 0; q < quantities; q++) {
      int mean = FIRST_QUANTITY + 2 * q;
      double step = frontMoments[front + mean] - back[mean];
      total[mean] += step * share;
      total[mean + 1] += frontMoments[front + mean + 1] + step * spread;
    }
  }

  private double minutes(long timeMillis) {
    return (timeMillis - originMillis) / MILLIS_PER_MINUTE;
  }
}
