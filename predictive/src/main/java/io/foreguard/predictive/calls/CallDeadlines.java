package io.foreguard.predictive.calls;

import io.foreguard.evidence.Outcome;
import io.foreguard.internal.Require;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * When a call is too late, by dependency: a success that took longer counts as a timeout.
 * Immutable.
 */
public final class CallDeadlines {
  private static final CallDeadlines NONE = new CallDeadlines(Map.of(), 0);
  private static final int FEWEST = 20;

  private final Map<String, Long> nanos;
  private final long otherwise;

  private CallDeadlines(Map<String, Long> nanos, long otherwise) {
    this.nanos = Map.copyOf(nanos);
    this.otherwise = otherwise;
  }

  /** No call is ever too late. */
  public static CallDeadlines none() {
    return NONE;
  }

  /** One deadline for all calls. */
  public static CallDeadlines fixed(Duration deadline) {
    return new CallDeadlines(Map.of(), Require.positive(deadline, "deadline").toNanos());
  }

  /** A deadline for each dependency; others have none. */
  public static CallDeadlines of(Map<String, Duration> deadlines) {
    Map<String, Long> nanos = new HashMap<>();
    deadlines.forEach((name, value) -> nanos.put(name, Require.positive(value, name).toNanos()));
    return new CallDeadlines(nanos, 0);
  }

  /** The same, and {@code deadline} for dependencies that have none. */
  public CallDeadlines withDefault(Duration deadline) {
    return new CallDeadlines(nanos, Require.positive(deadline, "deadline").toNanos());
  }

  /**
   * Late is what takes longer than {@code factor} times a quantile of the dependency's healthy
   * calls: of the successes among {@code calls} that {@code healthy} accepts. A dependency with
   * fewer than 20 of them gets no deadline.
   *
   * @param factor above 0, for example 2
   * @param quantile in {@code (0, 1]}, for example 0.99
   * @throws IllegalArgumentException if a number is out of range
   */
  public static CallDeadlines beyond(
      double factor, double quantile, List<CallRecord> calls, Predicate<CallRecord> healthy) {
    Require.positive(factor, "factor");
    Require.ratio(quantile, "quantile");
    Map<String, List<Long>> durations = new HashMap<>();
    for (CallRecord call : calls) {
      if (call.wasMade() && call.outcome().isSuccess() && healthy.test(call)) {
        durations
            .computeIfAbsent(call.dependency(), name -> new ArrayList<>())
            .add(call.durationNanos());
      }
    }
    Map<String, Long> nanos = new HashMap<>();
    durations.forEach(
        (name, all) -> {
          if (all.size() >= FEWEST) {
            long[] sorted = all.stream().mapToLong(Long::longValue).toArray();
            Arrays.sort(sorted);
            int rank = (int) Math.ceil(quantile * sorted.length) - 1;
            nanos.put(name, Math.max(1, (long) (factor * sorted[Math.max(0, rank)])));
          }
        });
    return new CallDeadlines(nanos, 0);
  }

  /** Deadline of a dependency; empty if it has none. */
  public Optional<Duration> of(String dependency) {
    long deadline = nanos(dependency);
    return deadline == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(deadline));
  }

  /** How the call ended, if a success beyond the deadline is a timeout. */
  public Outcome judge(CallRecord call) {
    long deadline = nanos(call.dependency());
    boolean late = deadline > 0 && call.durationNanos() > deadline;
    return late && call.outcome().isSuccess() ? Outcome.TIMEOUT : call.outcome();
  }

  /** The same calls, judged; in the same order. */
  public List<CallRecord> apply(List<CallRecord> calls) {
    List<CallRecord> judged = new ArrayList<>(calls.size());
    for (CallRecord call : calls) {
      Outcome outcome = judge(call);
      judged.add(outcome == call.outcome() ? call : call.withOutcome(outcome));
    }
    return judged;
  }

  private long nanos(String dependency) {
    Long own = nanos.get(dependency);
    return own == null ? otherwise : own;
  }
}
