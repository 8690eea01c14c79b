package io.foreguard.samples.pointsengine;

import java.util.Locale;
import java.util.Set;

/** What the engine was told to do to its callers, and which parameters that takes. */
enum Mode {
  /** Answers at its usual pace. */
  HEALTHY("latencyMs"),
  /** Takes longer and longer until the ramp ends, then stays slow. */
  SLOW("latencyMs", "errorRate", "rampSeconds"),
  /** Answers a share of the requests with an error. */
  FAIL("latencyMs", "errorRate", "rampSeconds"),
  /** Accepts requests and says nothing until the mode changes. */
  HANG(),
  /** Fails for half of each period and is healthy for the other half. */
  FLAP("latencyMs", "errorRate", "periodMs"),
  /** Healthy, but with an empty cache: the first read of each key is slow. */
  RECOVER("latencyMs");

  @SuppressWarnings("ImmutableEnumChecker") // Set.of cannot be modified
  private final Set<String> parameters;

  Mode(String... parameters) {
    this.parameters = Set.of(parameters);
  }

  boolean takes(String parameter) {
    return parameters.contains(parameter);
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
