package io.foreguard.evidence.internal;

/**
 * Latency of successful calls: mean and spread of its logarithm, recent and healthy, and a decaying
 * histogram for percentiles. Not thread-safe: owned by the ledger.
 *
 * <p>Latency is judged on its logarithm, where a change is a shift and percentiles are not needed;
 * the histogram is for reports and features.
 */
final class LatencyProfile {
  private static final double FAST_MEMORY = 50;
  private static final double BASELINE_MEMORY = 1_000;
  private static final double HISTOGRAM_MEMORY = 1_000;
  private static final double LEAST_SPREAD = .25;
  private static final float[] NONE = {};
  private static final long[] NO_FEW = {};
  private static final int MOST_FEW = 12;
  private static final int LEAST_SAMPLES = 20;
  private static final double SUSPICIOUS_SHIFT = Math.log(1.5);
  private static final double UNUSUAL_SHIFT = .2;
  static final double OVERDUE_DEVIATIONS = 3.1;
  private static final double ENOUGH_BEYOND = 10;

  /*
   * Most breakers of many have few calls to remember, and a histogram would be their largest part.
   * So it starts as a sorted list of the buckets that are in use, each with the bits of its count.
   */
  private long[] few = NO_FEW;
  private float[] histogram = NONE;

  private double histogramTotal;
  private double fastMean = Double.NaN;
  private double fastVariance;
  private double baselineMean = Double.NaN;
  private double baselineVariance;
  private double samples;
  private double suspiciousCalls;
  private double overdueSeconds = Double.POSITIVE_INFINITY;

  /** Enters one latency. */
  void record(int bucket) {
    record(LatencyBuckets.logSeconds(bucket), 0, 1);
    recordInHistogram(bucket, 1);
  }

  /**
   * Enters a batch whose order is not known, as mean and variance of its logarithm: no call comes
   * last. Percentiles do not learn of it.
   */
  void record(double mean, double variance, double count) {
    move(mean, variance, count);
  }

  /** Lets percentiles learn of {@code count} latencies, and nothing else. */
  void recordInHistogram(int bucket, double count) {
    if (histogram == NONE) {
      addToFew(bucket, (float) count);
    } else {
      histogram[bucket] += (float) count;
    }
    forgetHistogram(count);
  }

  /** Recomputes what is derived; call after a batch of {@link #record}. */
  void refresh() {
    if (samples >= LEAST_SAMPLES) {
      // The longer memory knows better, as long as the recent past is no different.
      boolean usual = Math.abs(fastMean - baselineMean) < UNUSUAL_SHIFT;
      double mean = usual ? baselineMean : fastMean;
      double spread = usual ? baselineSpread() : fastSpread();
      overdueSeconds = Math.exp(mean + OVERDUE_DEVIATIONS * spread);
    }
  }

  /** Age in seconds from which a call in flight is overdue; infinite before enough was seen. */
  double overdueSeconds() {
    return overdueSeconds;
  }

  double fastSeconds() {
    return Math.exp(fastMean);
  }

  double baselineSeconds() {
    return Math.exp(baselineMean);
  }

  double fastSpread() {
    return Math.max(LEAST_SPREAD, Math.sqrt(fastVariance));
  }

  double baselineSpread() {
    return Math.max(LEAST_SPREAD, Math.sqrt(baselineVariance));
  }

  /** Quantile of recent latencies in seconds, NaN before the first. */
  double quantile(double q) {
    double rest = q * histogramTotal;
    for (long entry : few) {
      double count = countOf(entry);
      if (count > 0 && rest <= count) {
        return within(bucketOf(entry), rest / count);
      }
      rest -= count;
    }
    for (int bucket = 0; bucket < histogram.length; bucket++) {
      double count = histogram[bucket];
      if (count > 0 && rest <= count) {
        return within(bucket, rest / count);
      }
      rest -= count;
    }
    return Double.NaN;
  }

  private static double within(int bucket, double share) {
    double low = LatencyBuckets.lowerNanos(bucket);
    double high = LatencyBuckets.lowerNanos(bucket + 1);
    return (low + (high - low) * Math.max(0, share)) / 1e9;
  }

  /**
   * Quantile of recent latencies in seconds, NaN before the first. Where too few calls lie beyond
   * it for the histogram to know, it is at least that of the log-normal law with the healthy mean
   * and spread.
   */
  double cautiousQuantile(double q) {
    double seen = quantile(q);
    if ((1 - q) * histogramTotal >= ENOUGH_BEYOND || q < .5) {
      return seen;
    }
    return Math.max(seen, Math.exp(baselineMean + normalQuantile(q) * baselineSpread()));
  }

  /** Calls in the histogram, after forgetting. */
  double histogramSamples() {
    return histogramTotal;
  }

  /**
   * Quantile of the standard normal law for q in [.5, 1), within .00045: Abramowitz and Stegun,
   * Handbook of Mathematical Functions, 26.2.23.
   */
  static double normalQuantile(double q) {
    double t = Math.sqrt(-2 * Math.log(1 - q));
    double above = 2.515517 + t * (.802853 + t * .010328);
    double below = 1 + t * (1.432788 + t * (.189269 + t * .001308));
    return t - above / below;
  }

  private void move(double mean, double variance, double count) {
    samples += count;
    moveFast(mean, variance, count);
    moveBaseline(mean, variance, count);
  }

  private void moveFast(double mean, double variance, double count) {
    if (Double.isNaN(fastMean)) {
      fastMean = mean;
      fastVariance = variance;
      return;
    }
    double step = 1 - Math.pow(1 - 1 / Math.min(FAST_MEMORY, Math.max(1, samples)), count);
    double difference = mean - fastMean;
    fastMean += step * difference;
    fastVariance = (1 - step) * (fastVariance + step * difference * difference) + step * variance;
  }

  private void moveBaseline(double mean, double variance, double count) {
    if (Double.isNaN(baselineMean)) {
      baselineMean = mean;
      baselineVariance = variance;
      return;
    }
    boolean suspicious = samples > LEAST_SAMPLES && fastMean - baselineMean > SUSPICIOUS_SHIFT;
    suspiciousCalls = suspicious ? suspiciousCalls + count : 0;
    if (suspicious && suspiciousCalls < BASELINE_MEMORY) {
      return;
    }
    if (suspicious) {
      // The slower latency has lasted as long as the memory: it is what is normal now.
      baselineMean = fastMean;
      baselineVariance = fastVariance;
      suspiciousCalls = 0;
    }
    double step = 1 - Math.pow(1 - 1 / Math.min(BASELINE_MEMORY, Math.max(1, samples)), count);
    double difference = mean - baselineMean;
    baselineMean += step * difference;
    baselineVariance =
        (1 - step) * (baselineVariance + step * difference * difference) + step * variance;
  }

  private void forgetHistogram(double added) {
    histogramTotal += added;
    if (histogramTotal > 2 * HISTOGRAM_MEMORY) {
      double keep = HISTOGRAM_MEMORY / histogramTotal;
      for (int i = 0; i < few.length; i++) {
        few[i] = entry(bucketOf(few[i]), countOf(few[i]) * (float) keep);
      }
      for (int bucket = 0; bucket < histogram.length; bucket++) {
        histogram[bucket] *= (float) keep;
      }
      histogramTotal = HISTOGRAM_MEMORY;
    }
  }

  private void addToFew(int bucket, float count) {
    int at = 0;
    while (at < few.length && bucketOf(few[at]) < bucket) {
      at++;
    }
    if (at < few.length && bucketOf(few[at]) == bucket) {
      few[at] = entry(bucket, countOf(few[at]) + count);
    } else if (few.length < MOST_FEW) {
      long[] more = new long[few.length + 1];
      System.arraycopy(few, 0, more, 0, at);
      more[at] = entry(bucket, count);
      System.arraycopy(few, at, more, at + 1, few.length - at);
      few = more;
    } else {
      histogram = new float[LatencyBuckets.COUNT];
      for (long entry : few) {
        histogram[bucketOf(entry)] = countOf(entry);
      }
      few = NO_FEW;
      histogram[bucket] += count;
    }
  }

  private static long entry(int bucket, float count) {
    return ((long) bucket << Integer.SIZE) | (Float.floatToRawIntBits(count) & 0xFFFFFFFFL);
  }

  private static int bucketOf(long entry) {
    return (int) (entry >>> Integer.SIZE);
  }

  private static float countOf(long entry) {
    return Float.intBitsToFloat((int) entry);
  }
}
