package io.foreguard.predictive.forecast;

/** The scale on which a quantity's changes are alike wherever it stands. */
public enum Scale {
  /** Counts and rates: the square root makes their noise alike at any rate. */
  RATE {
    @Override
    double to(double value) {
      return Math.sqrt(Math.max(0, value));
    }

    @Override
    double from(double scaled) {
      return scaled <= 0 ? 0 : scaled * scaled;
    }
  },
  /** Latencies and other positive quantities that change by factors: the logarithm. */
  FACTOR {
    @Override
    double to(double value) {
      return Math.log(Math.max(LEAST, value));
    }

    @Override
    double from(double scaled) {
      return Math.exp(Math.min(MOST_LOG, scaled));
    }
  };

  private static final double LEAST = 1e-9;
  private static final double MOST_LOG = 50;

  abstract double to(double value);

  abstract double from(double scaled);
}
