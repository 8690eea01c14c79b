package io.foreguard.benchmarks.lab.replay;

import io.foreguard.benchmarks.lab.peers.Peers;
import io.foreguard.benchmarks.lab.replay.Candidate.Kind;
import io.foreguard.circuitbreaker.ClassicPolicy;
import io.foreguard.evidence.Outcome;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The candidates that a log is replayed through before any search. */
final class Candidates {
  static final String DEFAULT = "foreguard";

  private static final String UNPROTECTED = "none";
  private static final double ROOM = 1.5;
  private static final double MUCH_SHORTER = .8;

  private Candidates() {}

  /**
   * Candidates in the order of the report; of Foreguard's own the simplest come first.
   *
   * @param current what runs today, if known
   * @param deadlineNanos after which callers gave up, 0 if unknown
   * @param peers names of peers are found by it
   */
  static List<Candidate> of(
      ReplayLog log,
      Optional<Configuration> current,
      long deadlineNanos,
      Latencies latencies,
      Pattern peers) {
    List<Candidate> all = new ArrayList<>();
    all.add(none());
    current.ifPresent(
        c -> all.add(Candidate.foreguard("current", "what runs today", Kind.CURRENT, c)));
    Configuration usual = Configuration.defaults();
    add(all, DEFAULT, "Foreguard with its defaults, told no time-out", Kind.DEFAULT, usual);
    Configuration timed = usual;
    if (deadlineNanos > 0) {
      timed = usual.with(draft -> draft.timeout = Duration.ofNanos(deadlineNanos));
      String words = "Foreguard told the time-out of the log";
      add(all, "foreguard-timeout", words, Kind.FOREGUARD, timed);
    }
    addVariants(all, log, timed, deadlineNanos, latencies);
    addPeers(all, deadlineNanos, peers);
    return all;
  }

  private static void addVariants(
      List<Candidate> all,
      ReplayLog log,
      Configuration timed,
      long deadlineNanos,
      Latencies latencies) {
    Duration tight = rounded(ROOM * latencies.quantile(.999));
    boolean isNew = deadlineNanos == 0 || tight.toNanos() < MUCH_SHORTER * deadlineNanos;
    if (latencies.isKnown() && isNew) {
      add(
          all,
          "foreguard-tight-timeout",
          "a time-out of 1.5 times the usual p99.9: " + tight.toNanos() / 1e6 + " ms",
          Kind.FOREGUARD,
          timed.with(draft -> draft.timeout = tight));
    }
    if (log.keyNames().size() > 1) {
      String words = "breakers of the " + log.keyNames().size() + " keys beside";
      add(all, "foreguard-keys", words, Kind.FOREGUARD, timed.with(draft -> draft.keyed = true));
    }
    String words = "without the limit on calls in flight";
    Configuration free = timed.with(draft -> draft.limitsConcurrency = false);
    add(all, "foreguard-without-limit", words, Kind.FOREGUARD, free);
    add(
        all,
        "foreguard-cautious",
        "a failure costs twice as much",
        Kind.FOREGUARD,
        timed.with(
            draft -> {
              draft.fastFailureCost *= 2;
              draft.holdCost *= 2;
            }));
    add(
        all,
        "foreguard-bold",
        "a failure costs half as much",
        Kind.FOREGUARD,
        timed.with(
            draft -> {
              draft.fastFailureCost /= 2;
              draft.holdCost /= 2;
            }));
    ClassicPolicy classic = ClassicPolicy.builder().build();
    Configuration thresholds = timed.with(draft -> draft.classic = classic);
    add(all, "foreguard-classic", "the classic policy's defaults", Kind.FOREGUARD, thresholds);
  }

  private static void addPeers(List<Candidate> all, long deadlineNanos, Pattern peers) {
    long deadline = deadlineNanos > 0 ? deadlineNanos : ReplayRun.ASSUMED_DEADLINE.toNanos();
    for (Peers.Entry peer : Peers.all()) {
      if (peers.matcher(peer.name()).find()) {
        Contender.Factory factory = PeerContender.of(peer.factory(), deadline);
        all.add(
            new Candidate(
                peer.name(), peer.description(), Kind.PEER, null, Long.MAX_VALUE, factory));
      }
    }
  }

  /** Sends everything. */
  static Candidate none() {
    Contender all =
        new Contender() {
          @Override
          public boolean admits(Attempt attempt, long now) {
            return true;
          }

          @Override
          public void ended(Attempt attempt, Outcome outcome, long now) {}
        };
    return new Candidate(
        UNPROTECTED,
        "no protection: everything is sent",
        Kind.NONE,
        null,
        Long.MAX_VALUE,
        (log, clock) -> all);
  }

  private static void add(
      List<Candidate> all, String name, String words, Kind kind, Configuration configuration) {
    all.add(Candidate.foreguard(name, words, kind, configuration));
  }

  /** A duration with two digits that count, at least a microsecond. */
  static Duration rounded(double nanos) {
    double kept = twoDigits(Math.max(1_000, nanos));
    return Duration.ofNanos(Math.round(kept));
  }

  /** The number with two digits that count. */
  static double twoDigits(double value) {
    return new BigDecimal(value).round(new MathContext(2)).doubleValue();
  }
}
