package io.foreguard.samples.pointsengine;

/**
 * What a fault does to one request. Drawn from the seed and the id of the request alone, so that
 * every run with the same seed treats the same request the same way.
 */
record Fate(boolean hangs, boolean fails, double serviceMs) {
  private static final double LOG_SIGMA = 0.4;
  private static final long ERROR_STREAM = 0x9E3779B97F4A7C15L;
  private static final long LATENCY_STREAM = 0xC2B2AE3D27D4EB4FL;
  private static final long ANGLE_STREAM = 0x165667B19E3779F9L;

  /** The fate of a request under {@code fault}, {@code elapsedMs} after the fault was set. */
  static Fate draw(Fault fault, long elapsedMs, long seed, String requestId) {
    boolean fails = uniform(seed ^ ERROR_STREAM, requestId) < fault.errorRate(elapsedMs);
    double serviceMs = fault.medianMs(elapsedMs) * Math.exp(LOG_SIGMA * normal(seed, requestId));
    return new Fate(fault.hangs(), fails, serviceMs);
  }

  /** The points of a customer: fixed for ever, so that answers can be checked. */
  static int points(String customerId) {
    return (int) (uniform(0, customerId) * 50_000);
  }

  /** A standard normal variate by the Box-Muller transform. */
  private static double normal(long seed, String id) {
    double radius = Math.sqrt(-2 * Math.log(1 - uniform(seed ^ LATENCY_STREAM, id)));
    return radius * Math.cos(2 * Math.PI * uniform(seed ^ ANGLE_STREAM, id));
  }

  /** A number in [0, 1) from a hash of the seed and the text. */
  private static double uniform(long seed, String text) {
    long hash = mix(seed);
    for (int i = 0; i < text.length(); i++) {
      hash = mix(hash ^ text.charAt(i));
    }
    return (hash >>> 11) * 0x1.0p-53;
  }

  /** The finalizer of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom generators). */
  private static long mix(long bits) {
    long z = bits + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
