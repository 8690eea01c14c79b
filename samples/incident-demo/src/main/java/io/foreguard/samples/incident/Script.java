package io.foreguard.samples.incident;

import io.foreguard.samples.incident.raw.Role;
import java.util.List;
import java.util.Locale;

/**
 * The incident: what the points engine is told, and for how long. Immutable.
 *
 * @param steps the phases in order
 */
record Script(List<Step> steps) {

  Script {
    steps = List.copyOf(steps);
  }

  /**
   * Returns the incident of the demo. The creeping latency ends where the engine can serve about
   * half of the default rate, so that sending less, and not nothing, is the right answer to it.
   */
  static Script incident(double scale) {
    String ramp = String.format(Locale.ROOT, "mode=slow&latencyMs=300&rampSeconds=%.3f", 5 * scale);
    return new Script(
        List.of(
            new Step(Role.HEALTHY, 5 * scale, "mode=healthy"),
            new Step(Role.SLOW, 5 * scale, ramp),
            new Step(Role.ERRORS, 5 * scale, "mode=fail&errorRate=0.4"),
            new Step(Role.HANG, 5 * scale, "mode=hang"),
            new Step(Role.RECOVERY, 7 * scale, "mode=recover")));
  }

  double seconds() {
    return steps.stream().mapToDouble(Step::seconds).sum();
  }

  /**
   * One phase.
   *
   * @param role what it does
   * @param seconds how long it lasts
   * @param fault the query for the engine's fault endpoint
   */
  record Step(Role role, double seconds, String fault) {}
}
