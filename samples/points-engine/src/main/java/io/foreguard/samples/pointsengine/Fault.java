package io.foreguard.samples.pointsengine;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A mode with its parameters; a pure function of the time since it was set. */
record Fault(Mode mode, double latencyMs, double errorRate, long rampMs, long periodMs) {
  static final double HEALTHY_LATENCY_MS = 15;

  private static final Set<String> PARAMETERS =
      Set.of("mode", "latencyMs", "errorRate", "rampSeconds", "periodMs");

  static Fault healthy() {
    return new Fault(Mode.HEALTHY, HEALTHY_LATENCY_MS, 0, 0, 0);
  }

  /**
   * Reads a fault from the parameters of a query.
   *
   * @throws BadRequestException if a parameter is unknown, out of range or without effect in the
   *     mode
   */
  static Fault parse(Map<String, String> query) {
    Mode mode = mode(query);
    for (String name : query.keySet()) {
      if (!PARAMETERS.contains(name)) {
        throw new BadRequestException(name, "one of " + sorted(PARAMETERS), "given as a name");
      }
      if (!name.equals("mode") && !mode.takes(name)) {
        throw new BadRequestException(name, "absent in mode " + mode.word(), query.get(name));
      }
    }
    boolean fails = mode == Mode.FAIL || mode == Mode.FLAP;
    double latency = mode == Mode.SLOW ? 600 : HEALTHY_LATENCY_MS;
    return new Fault(
        mode,
        Numbers.inRange(query, "latencyMs", latency, 0.1, 60_000),
        Numbers.inRange(query, "errorRate", fails ? 1 : 0, 0, 1),
        Math.round(1000 * Numbers.inRange(query, "rampSeconds", 0, 0, 3600)),
        Math.round(Numbers.inRange(query, "periodMs", 2000, 10, 3_600_000)));
  }

  /** The median service time in milliseconds, {@code elapsedMs} after the fault was set. */
  double medianMs(long elapsedMs) {
    return HEALTHY_LATENCY_MS + (latencyMs - HEALTHY_LATENCY_MS) * progress(elapsedMs);
  }

  /** The share of requests answered with an error, {@code elapsedMs} after the fault was set. */
  double errorRate(long elapsedMs) {
    if (mode == Mode.FLAP) {
      return elapsedMs % periodMs < periodMs / 2 ? errorRate : 0;
    }
    return errorRate * progress(elapsedMs);
  }

  boolean hangs() {
    return mode == Mode.HANG;
  }

  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("mode", mode.word());
    if (mode.takes("latencyMs")) {
      map.put("latencyMs", latencyMs);
    }
    if (mode.takes("errorRate")) {
      map.put("errorRate", errorRate);
    }
    if (mode.takes("rampSeconds")) {
      map.put("rampSeconds", rampMs / 1000.0);
    }
    if (mode.takes("periodMs")) {
      map.put("periodMs", periodMs);
    }
    return map;
  }

  private double progress(long elapsedMs) {
    return rampMs == 0 ? 1 : Math.min(1, (double) elapsedMs / rampMs);
  }

  private static Mode mode(Map<String, String> query) {
    String word = query.getOrDefault("mode", "");
    for (Mode mode : Mode.values()) {
      if (mode.word().equals(word.toLowerCase(Locale.ROOT))) {
        return mode;
      }
    }
    throw new BadRequestException(
        "mode", "one of healthy, slow, fail, hang, flap, recover", '"' + word + '"');
  }

  private static String sorted(Set<String> names) {
    return String.join(", ", names.stream().sorted().toList());
  }
}
