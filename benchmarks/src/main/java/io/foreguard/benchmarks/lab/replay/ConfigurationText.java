package io.foreguard.benchmarks.lab.replay;

import io.foreguard.circuitbreaker.ClassicPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** A configuration as Java code and as properties of the Spring starter. */
final class ConfigurationText {
  private static final Configuration USUAL = Configuration.defaults();

  private ConfigurationText() {}

  /** An expression that makes a guard; it needs Foreguard's classes and Duration imported. */
  static String java(Configuration of, String name) {
    StringBuilder out = new StringBuilder("Guard.builder(").append(quoted(name)).append(")\n");
    if (of.timeout() != null) {
      out.append("    .timeout(").append(java(of.timeout())).append(")\n");
    }
    List<String> breaker = breaker(of);
    if (!breaker.isEmpty()) {
      out.append("    .circuitBreaker(\n        CircuitBreakerConfig.builder()\n");
      breaker.forEach(line -> out.append("            ").append(line).append('\n'));
      out.append("            .build())\n");
    }
    return out.append("    .build()").toString();
  }

  /** Lines of a properties file; what the starter has no property for is told in a comment. */
  static String properties(Configuration of, String name) {
    String prefix = "foreguard.guards." + key(name) + ".";
    StringBuilder out = new StringBuilder();
    settings(of).forEach(setting -> out.append(prefix).append(setting).append('\n'));
    if (out.length() == 0) {
      out.append("# the defaults: no property is needed\n");
    }
    if (of.limitsConcurrency() != USUAL.limitsConcurrency()
        || !of.maxProbeInterval().equals(USUAL.maxProbeInterval())) {
      out.append(
              "# limitsConcurrency and maxProbeInterval have no property: set them on the policy")
          .append(" in a GuardCustomizer\n");
    }
    if (of.keyed()) {
      out.append("# name the key in a CallContext or by @CallKey to have breakers of keys\n");
    }
    return out.toString();
  }

  private static List<String> breaker(Configuration of) {
    List<String> lines = new ArrayList<>();
    Duration timeout = of.timeout();
    if (timeout != null && of.breaker().permitLease().compareTo(Duration.ofSeconds(60)) > 0) {
      lines.add(".permitLease(" + java(of.breaker().permitLease()) + ")");
    }
    if (of.slowCallDuration() != null) {
      lines.add(".slowCallDuration(" + java(of.slowCallDuration()) + ")");
    }
    List<String> policy = of.classic() == null ? predictive(of) : classic(of.classic());
    if (!policy.isEmpty()) {
      lines.add(".policy(");
      policy.forEach(line -> lines.add("    " + line));
      lines.set(lines.size() - 1, lines.get(lines.size() - 1) + ")");
    }
    return lines;
  }

  private static List<String> predictive(Configuration of) {
    List<String> lines = new ArrayList<>();
    number(lines, "fastFailureCost", of.fastFailureCost(), USUAL.fastFailureCost());
    number(lines, "holdCost", of.holdCost(), USUAL.holdCost());
    number(lines, "rejectionCost", of.rejectionCost(), USUAL.rejectionCost());
    if (!Double.isNaN(of.minimumSuccessProbability())) {
      lines.add("    .minimumSuccessProbability(" + of.minimumSuccessProbability() + ")");
    }
    if (of.limitsConcurrency() != USUAL.limitsConcurrency()) {
      lines.add("    .limitsConcurrency(" + of.limitsConcurrency() + ")");
    }
    if (!of.maxProbeInterval().equals(USUAL.maxProbeInterval())) {
      lines.add("    .maxProbeInterval(" + java(of.maxProbeInterval()) + ")");
    }
    if (!lines.isEmpty()) {
      lines.add(0, "PredictivePolicy.builder()");
      lines.add("    .build()");
    }
    return lines;
  }

  private static List<String> classic(ClassicPolicy of) {
    return List.of(
        "ClassicPolicy.builder()",
        "    .failureRateThreshold(" + of.failureRateThreshold() + ")",
        "    .slowCallRateThreshold(" + of.slowCallRateThreshold() + ")",
        "    .slidingWindow(ClassicPolicy.WindowType."
            + of.windowType().name()
            + ", "
            + of.windowSize()
            + ")",
        "    .minimumCalls(" + of.minimumCalls() + ")",
        "    .openDuration(" + java(of.openDuration()) + ")",
        "    .halfOpenCalls(" + of.halfOpenCalls() + ")",
        "    .build()");
  }

  private static void number(List<String> lines, String setting, double value, double usual) {
    if (value != usual) {
      lines.add("    ." + setting + "(" + value + ")");
    }
  }

  private static List<String> settings(Configuration of) {
    List<String> lines = new ArrayList<>();
    if (of.timeout() != null) {
      lines.add("timeout=" + text(of.timeout()));
    }
    if (of.slowCallDuration() != null) {
      lines.add("slow-call-duration=" + text(of.slowCallDuration()));
    }
    if (of.classic() != null) {
      ClassicPolicy classic = of.classic();
      lines.add("policy=classic");
      lines.add("classic.failure-rate-threshold=" + classic.failureRateThreshold());
      lines.add("classic.slow-call-rate-threshold=" + classic.slowCallRateThreshold());
      String type = classic.windowType().name().toLowerCase(Locale.ROOT).replace('_', '-');
      lines.add("classic.sliding-window-type=" + type);
      lines.add("classic.sliding-window-size=" + classic.windowSize());
      lines.add("classic.minimum-calls=" + classic.minimumCalls());
      lines.add("classic.open-duration=" + text(classic.openDuration()));
      lines.add("classic.half-open-calls=" + classic.halfOpenCalls());
      return lines;
    }
    property(lines, "fast-failure-cost", of.fastFailureCost(), USUAL.fastFailureCost());
    property(lines, "hold-cost", of.holdCost(), USUAL.holdCost());
    property(lines, "rejection-cost", of.rejectionCost(), USUAL.rejectionCost());
    property(lines, "minimum-success-probability", of.minimumSuccessProbability(), Double.NaN);
    return lines;
  }

  private static void property(List<String> lines, String setting, double value, double usual) {
    if (!Objects.equals(value, usual)) {
      lines.add("predictive." + setting + "=" + value);
    }
  }

  /** The shortest call that makes the duration. */
  private static String java(Duration duration) {
    long nanos = duration.toNanos();
    if (nanos % 1_000_000_000 == 0) {
      return "Duration.ofSeconds(" + nanos / 1_000_000_000 + ")";
    }
    return nanos % 1_000_000 == 0
        ? "Duration.ofMillis(" + nanos / 1_000_000 + ")"
        : "Duration.ofNanos(" + nanos + "L)";
  }

  private static String text(Duration duration) {
    long nanos = duration.toNanos();
    if (nanos % 1_000_000_000 == 0) {
      return nanos / 1_000_000_000 + "s";
    }
    return nanos % 1_000_000 == 0 ? nanos / 1_000_000 + "ms" : nanos + "ns";
  }

  private static String quoted(String name) {
    return '"'
        + name.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", "?")
        + '"';
  }

  /** A name as a key of a map in properties: in brackets unless it is plain. */
  private static String key(String name) {
    return name.matches("[a-z0-9-]+") ? name : "[" + name.replaceAll("[\\s=:\\]]", "-") + "]";
  }
}
