package io.foreguard.benchmarks.lab;

/**
 * Random numbers that depend on what they are for, and not on what was drawn before: every policy
 * meets the same requests, service times and errors, so that differences are the policies' own.
 */
final class Chance {
  static final int ARRIVAL = 1;
  static final int TENANT = 2;
  static final int REPLICA = 3;
  static final int SERVICE = 4;
  static final int ERROR = 5;
  static final int CALLER_FAULT = 6;
  static final int BACKOFF = 7;

  private final long seed;

  Chance(long seed) {
    this.seed = seed;
  }

  /** Evenly in (0, 1). */
  double uniform(int what, long which, int attempt) {
    long z = seed + what * 0x9E3779B97F4A7C15L + which * 0xD1B54A32D192ED03L;
    z += attempt * 0x8CB92BA72F3D8DD7L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    return ((z >>> 12) + .5) * 0x1.0p-52;
  }

  /** Standard normal, by Acklam's rational approximation of the inverse distribution function. */
  double gaussian(int what, long which, int attempt) {
    return inverseNormal(uniform(what, which, attempt));
  }

  static double inverseNormal(double p) {
    if (p < .02425) {
      double q = Math.sqrt(-2 * Math.log(p));
      return tail(q);
    }
    if (p > 1 - .02425) {
      double q = Math.sqrt(-2 * Math.log(1 - p));
      return -tail(q);
    }
    double q = p - .5;
    double r = q * q;
    double numerator =
        ((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r
                            + 138.3577518672690)
                        * r
                    - 30.66479806614716)
                * r
            + 2.506628277459239;
    double denominator =
        ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r
                            + 66.80131188771972)
                        * r
                    - 13.28068155288572)
                * r
            + 1;
    return numerator * q / denominator;
  }

  private static double tail(double q) {
    double numerator =
        ((((-.007784894002430293 * q - .3223964580411365) * q - 2.400758277161838) * q
                            - 2.549732539343734)
                        * q
                    + 4.374664141464968)
                * q
            + 2.938163982698783;
    double denominator =
        (((.007784695709041462 * q + .3224671290700398) * q + 2.445134137142996) * q
                    + 3.754408661907416)
                * q
            + 1;
    return numerator / denominator;
  }
}
