package io.foreguard.benchmarks.lab.replay;

import io.foreguard.benchmarks.lab.LabLogs;
import io.foreguard.benchmarks.lab.replay.Candidate.Kind;
import io.foreguard.evidence.Outcome;
import io.foreguard.predictive.calls.CallRecord;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Logs and replays for tests. */
final class Replays {
  /** Names of candidates, and what the lab calls the same. */
  static final Map<String, String> IN_THE_LAB =
      Map.of(
          "none", "none",
          "foreguard", "foreguard-without-deadline",
          "foreguard-timeout", "foreguard",
          "resilience4j-10", "resilience4j-10",
          "resilience4j-100", "resilience4j-100",
          "resilience4j-time", "resilience4j-time");

  private static final long MILLI = 1_000_000;

  private Replays() {}

  static ReplayLog log(List<CallRecord> calls) {
    ReplayLog.Builder builder = new ReplayLog.Builder("lab");
    calls.forEach(builder::add);
    return builder.build();
  }

  /** A log of the lab's world under a policy, replayed. */
  static Replayed ofWorld(String family, int draw, String policy, boolean searches, int threads) {
    Duration deadline = Duration.ofNanos((long) (LabLogs.deadline(family, draw) * 1e9));
    return of(log(LabLogs.record(family, draw, policy)), deadline, searches, threads);
  }

  static Replayed of(ReplayLog log, Duration deadline, boolean searches, int threads) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Pattern peers = Pattern.compile("^resilience4j-(10|100|time)$");
    try (Workers workers = new Workers(threads, nowhere)) {
      return Replayed.of(
          log, new Replayed.Plan(Optional.empty(), deadline, .25, 1, peers, searches), workers);
    }
  }

  static Result result(Replayed replayed, String name) {
    return replayed.results().stream()
        .filter(r -> r.candidate().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  static boolean isTuned(Result result) {
    return result.candidate().kind() == Kind.TUNED;
  }

  /** A call every 10 ms, of which those between two places fail. */
  static ReplayLog outage(int calls, int from, int to) {
    ReplayLog.Builder builder = new ReplayLog.Builder("outage");
    for (int i = 0; i < calls; i++) {
      Outcome outcome = i >= from && i < to ? Outcome.FAILURE : Outcome.SUCCESS;
      builder.add(CallRecord.of("outage", i * 10L * MILLI, 5 * MILLI, outcome));
    }
    return builder.build();
  }
}
