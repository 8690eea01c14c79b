package io.foreguard.benchmarks.lab.study;

import io.foreguard.benchmarks.lab.peers.Peer;
import io.foreguard.benchmarks.lab.peers.Peers;
import io.foreguard.evidence.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Calls from a change of the failure probability to the first rejection, after a baseline of 5,000
 * calls that are 10 ms apart and take 2 ms. Changes that come while calls are rejected already are
 * left out and counted. Beside it, alarms and rejections per 100,000 calls without a change.
 * Foreguard is told the success probability halfway between the two rates as the least worth
 * sending, and learns the baseline; the bound knows both rates.
 */
public final class Detection {
  private static final double RUN_LENGTH = 100_000;
  private static final int BASELINE = 5_000;
  private static final int PATIENCE = 20_000;

  /** An alarm is over after so many calls without a rejection. */
  private static final int OVER = 100;

  private static final long INTERVAL_NANOS = 10_000_000L;
  private static final long HOLD_NANOS = 2_000_000L;

  private final int runs;
  private final int quietCalls;

  /** A study with so many changes, and so many calls without one, for each line. */
  public Detection(int runs, int quietCalls) {
    this.runs = runs;
    this.quietCalls = quietCalls;
  }

  /** The table, with its header. */
  public List<List<String>> table() {
    List<List<String>> lines = new ArrayList<>();
    lines.add(
        List.of(
            "failure probability",
            "bound",
            "foreguard",
            "over the bound",
            "alarms / rejections per 100,000 before",
            "resilience4j 50 % of 10",
            "alarms / rejections per 100,000 before",
            "resilience4j 50 % of 100",
            "alarms / rejections per 100,000 before"));
    for (Change change :
        List.of(
            new Change(.001, .5), new Change(.01, .2), new Change(.02, 1), new Change(.05, .1))) {
      lines.add(line(change));
    }
    return lines;
  }

  private List<String> line(Change change) {
    double bound = new Cusum(change.from, change.to, RUN_LENGTH).callsToDetect();
    double leastSuccess = 1 - (change.from + change.to) / 2;
    Measured ours = measure(change, () -> Engine.rejectingBelow(leastSuccess));
    Measured ten = measure(change, resilience4j("resilience4j-10-5s"));
    Measured hundred = measure(change, resilience4j("resilience4j-100"));
    return List.of(
        change.from + " -> " + change.to,
        number(bound, 1),
        ours.delay(),
        ours.missed > 0 ? "-" : number(ours.meanDelay / bound, 2),
        ours.quiet,
        ten.delay(),
        ten.quiet,
        hundred.delay(),
        hundred.quiet);
  }

  private static Supplier<Peer> resilience4j(String name) {
    Peer.Factory factory =
        Peers.all().stream()
            .filter(entry -> entry.name().equals(name))
            .map(Peers.Entry::factory)
            .findFirst()
            .orElseThrow();
    return () -> factory.create(new Peer.Setting(1_000_000_000L, 1, 1));
  }

  private Measured measure(Change change, Supplier<Peer> peer) {
    double[] delays =
        IntStream.range(0, runs)
            .parallel()
            .mapToDouble(run -> delay(change, peer.get(), new SplittableRandom(run)))
            .toArray();
    int parts = 8;
    Quiet quiet =
        IntStream.range(0, parts)
            .parallel()
            .mapToObj(
                part ->
                    quiet(
                        change.from,
                        peer.get(),
                        new SplittableRandom(-1 - part),
                        quietCalls / parts))
            .reduce(new Quiet(0, 0), Quiet::plus);
    double scale = 100_000.0 / quietCalls;
    double[] found = Arrays.stream(delays).filter(Double::isFinite).toArray();
    return new Measured(
        Arrays.stream(found).average().orElse(Double.NaN),
        (int) Arrays.stream(delays).filter(Double::isInfinite).count(),
        (int) Arrays.stream(delays).filter(Double::isNaN).count(),
        runs,
        number(quiet.alarms * scale, 2) + " / " + number(quiet.rejections * scale, 1));
  }

  /** Calls after the change up to the first rejection. */
  private static double delay(Change change, Peer peer, SplittableRandom random) {
    long now = 0;
    boolean rejecting = false;
    for (int call = 0; call < BASELINE; call++) {
      now += INTERVAL_NANOS;
      boolean admitted = call(peer, change.from, random, now);
      rejecting |= !admitted && call >= BASELINE - OVER;
    }
    if (rejecting) {
      return Double.NaN;
    }
    for (int call = 0; call < PATIENCE; call++) {
      now += INTERVAL_NANOS;
      if (!call(peer, change.to, random, now)) {
        return call;
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  /** Alarms and rejections without a change. */
  private static Quiet quiet(double p, Peer peer, SplittableRandom random, int calls) {
    long now = 0;
    long alarms = 0;
    long rejections = 0;
    int sinceRejection = OVER + 1;
    for (int call = 0; call < BASELINE + calls; call++) {
      now += INTERVAL_NANOS;
      boolean admitted = call(peer, p, random, now);
      if (call < BASELINE) {
        continue;
      }
      if (!admitted) {
        rejections++;
        alarms += sinceRejection > OVER ? 1 : 0;
      }
      sinceRejection = admitted ? Math.min(OVER, sinceRejection) + 1 : 0;
    }
    return new Quiet(alarms, rejections);
  }

  /** Whether the call was admitted. */
  private static boolean call(Peer peer, double failure, SplittableRandom random, long now) {
    boolean fails = random.nextDouble() < failure;
    if (peer.admit(1, 0, now) == Peer.REJECT) {
      return false;
    }
    peer.ended(fails ? Outcome.FAILURE : Outcome.SUCCESS, 0, now, now + HOLD_NANOS);
    return true;
  }

  private static String number(double value, int decimals) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  private record Change(double from, double to) {}

  private record Quiet(long alarms, long rejections) {
    Quiet plus(Quiet other) {
      return new Quiet(alarms + other.alarms, rejections + other.rejections);
    }
  }

  private record Measured(double meanDelay, int missed, int early, int runs, String quiet) {
    String delay() {
      if (missed > runs / 2) {
        return "not in " + PATIENCE;
      }
      return number(meanDelay, 1)
          + (missed > 0 ? " (not in " + missed + " of " + runs + ")" : "")
          + (early > 0 ? " (rejecting before in " + early + " of " + runs + ")" : "");
    }
  }
}
