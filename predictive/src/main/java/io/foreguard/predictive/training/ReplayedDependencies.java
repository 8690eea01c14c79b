package io.foreguard.predictive.training;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.internal.Require;
import io.foreguard.predictive.calls.CallRecord;
import io.foreguard.predictive.feature.CallFeatures;
import io.foreguard.predictive.feature.DependencyHealth;
import io.foreguard.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The dependencies of a log with their breakers and features. Not thread-safe. */
final class ReplayedDependencies {
  /** More would take long, and tell little more. */
  private static final int MOST_OTHERS = 16;

  private static final String ARROW = "->";

  private final CallRows settings;
  private final Clock clock;
  private final boolean hours;
  private final List<String> names;
  private final Map<String, One> all = new HashMap<>();

  ReplayedDependencies(CallRows settings, List<CallRecord> calls, Clock clock, boolean hours) {
    this(settings, clock, hours, byCalls(calls));
  }

  /** The same dependencies, of which nothing is known. */
  ReplayedDependencies anew(Clock other) {
    return new ReplayedDependencies(settings, other, hours, names);
  }

  private ReplayedDependencies(CallRows settings, Clock clock, boolean hours, List<String> names) {
    this.settings = settings;
    this.clock = clock;
    this.hours = hours;
    this.names = names;
  }

  /** The dependency of that name, made when first asked for. */
  One get(String name) {
    One known = all.get(name);
    if (known == null) {
      known = make(name);
      all.put(name, known);
    }
    return known;
  }

  private One make(String name) {
    CircuitBreakerConfig.Builder config = CircuitBreakerConfig.builder().mode(Mode.SHADOW);
    settings.deadlines().of(name).ifPresent(config::deadline);
    CallFeatures features =
        CallFeatures.builder(clock)
            .hourOfDay(hours)
            .downstream(DependencyHealth.worstOf(healthOf(downstream(name))))
            .surroundings(DependencyHealth.meanOf(healthOf(surroundings(name))))
            .build();
    ReplayedModel model = new ReplayedModel(features);
    config.model(model);
    return new One(CircuitBreaker.of(name, config.build(), clock), features, model);
  }

  private List<DependencyHealth> healthOf(List<String> others) {
    List<DependencyHealth> health = new ArrayList<>();
    others.forEach(other -> health.add(new Later(other)));
    return health;
  }

  private List<String> downstream(String name) {
    List<String> told = settings.leansOn().get(name);
    if (told != null) {
      return told;
    }
    int arrow = name.lastIndexOf(ARROW);
    return arrow < 0 ? List.of() : others(name, name.substring(arrow + ARROW.length()) + ARROW);
  }

  private List<String> surroundings(String name) {
    int arrow = name.lastIndexOf(ARROW);
    return others(name, arrow < 0 ? "" : name.substring(0, arrow + ARROW.length()));
  }

  private List<String> others(String name, String prefix) {
    return names.stream()
        .filter(other -> other.startsWith(prefix) && !other.equals(name))
        .limit(MOST_OTHERS)
        .toList();
  }

  /** Names of the dependencies, those with most calls first. */
  private static List<String> byCalls(List<CallRecord> calls) {
    Map<String, Integer> counts = new HashMap<>();
    calls.forEach(call -> counts.merge(call.dependency(), 1, Integer::sum));
    return counts.keySet().stream()
        .sorted(
            (a, b) -> {
              int byCount = Integer.compare(counts.getOrDefault(b, 0), counts.getOrDefault(a, 0));
              return byCount != 0 ? byCount : a.compareTo(b);
            })
        .toList();
  }

  /** A breaker, the features of its dependency, and what connects them. */
  record One(CircuitBreaker breaker, CallFeatures features, ReplayedModel model) {}

  /** The health of a dependency that may not have been called yet. */
  private final class Later implements DependencyHealth {
    private final String name;
    private @Nullable DependencyHealth known;

    Later(String name) {
      this.name = Require.nonNull(name, "name");
    }

    @Override
    public double failureShare(long nanoTime) {
      return health().failureShare(nanoTime);
    }

    @Override
    public double latencyShift(long nanoTime) {
      return health().latencyShift(nanoTime);
    }

    private DependencyHealth health() {
      DependencyHealth found = known;
      if (found == null) {
        One one = all.get(name);
        if (one == null) {
          return DependencyHealth.unknown();
        }
        found = one.features();
        known = found;
      }
      return found;
    }
  }
}
