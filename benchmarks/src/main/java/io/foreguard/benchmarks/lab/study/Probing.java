package io.foreguard.benchmarks.lab.study;

import io.foreguard.benchmarks.lab.peers.Peer;
import io.foreguard.benchmarks.lab.peers.Peers;
import io.foreguard.evidence.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Cost of finding out that an outage is over: failed calls after the first rejection cost 0.25
 * each, and calls rejected after the end cost 1. What is lost before the first rejection is
 * detection's, and not in it. Beside it the best fixed interval for an outage of that length at
 * that rate, chosen in hindsight: one call in {@code k} is a probe, {@code D * L} calls come during
 * the outage, and {@code 0.25 * D * L / k + (k - 1) / 2} is least.
 */
public final class Probing {
  private static final double FAILED = .25;
  private static final int BASELINE = 1_000;
  private static final long HOLD_NANOS = 100_000L;

  private final int runs;

  /** A study with so many outages for each line; fewer where there are millions of calls. */
  public Probing(int runs) {
    this.runs = runs;
  }

  /** The table, with its header. */
  public List<List<String>> table() {
    List<List<String>> lines = new ArrayList<>();
    lines.add(
        List.of(
            "outage s",
            "calls per s",
            "best interval s",
            "its cost",
            "foreguard's cost",
            "over the best",
            "resilience4j 5 s over the best",
            "resilience4j 60 s over the best"));
    double[] worst = new double[3];
    for (double seconds : new double[] {2, 10, 60, 600, 3_600}) {
      for (double rate : new double[] {1, 10, 100, 1_000}) {
        lines.add(line(seconds, rate, worst));
      }
    }
    lines.add(
        List.of("worst", "", "", "", "", number(worst[0]), number(worst[1]), number(worst[2])));
    return lines;
  }

  private List<String> line(double seconds, double rate, double[] worst) {
    long interval = bestInterval(seconds * rate);
    double best = cost(seconds * rate, interval);
    double ours = mean(seconds, rate, Engine::withDefaultCosts);
    double[] ratios = {
      ours / best,
      mean(seconds, rate, resilience4j("resilience4j-10-5s")) / best,
      mean(seconds, rate, resilience4j("resilience4j-10")) / best
    };
    for (int i = 0; i < ratios.length; i++) {
      worst[i] = Math.max(worst[i], ratios[i]);
    }
    return List.of(
        number(seconds),
        number(rate),
        number(interval / rate),
        number(best),
        number(ours),
        number(ratios[0]),
        number(ratios[1]),
        number(ratios[2]));
  }

  static double cost(double calls, long oneIn) {
    return FAILED * calls / oneIn + (oneIn - 1) / 2.0;
  }

  /** The number of calls of which one is a probe that costs least. */
  static long bestInterval(double calls) {
    long near = (long) Math.sqrt(2 * FAILED * calls);
    long best = 1;
    for (long oneIn = Math.max(1, near - 2); oneIn <= near + 2; oneIn++) {
      best = cost(calls, oneIn) < cost(calls, best) ? oneIn : best;
    }
    return best;
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

  private double mean(double seconds, double rate, Supplier<Peer> peer) {
    int count = (int) Math.max(3, Math.min(runs, 100_000_000 / (seconds * rate)));
    return IntStream.range(0, count)
        .parallel()
        .mapToDouble(run -> cost(seconds, rate, peer.get(), new SplittableRandom(run)))
        .average()
        .orElse(Double.NaN);
  }

  private static double cost(double seconds, double rate, Peer peer, SplittableRandom random) {
    long interval = (long) (1e9 / rate);
    double length = seconds * (.9 + .2 * random.nextDouble());
    long from = BASELINE * interval;
    long to = from + (long) (1e9 * length);
    double cost = 0;
    boolean protecting = false;
    int inARow = 0;
    for (long now = interval; inARow < 1_000; now += interval) {
      boolean fails = now > from && now < to;
      boolean admitted = peer.admit(1, 0, now) != Peer.REJECT;
      if (admitted) {
        peer.ended(fails ? Outcome.FAILURE : Outcome.SUCCESS, 0, now, now + HOLD_NANOS);
        cost += fails && protecting ? FAILED : 0;
      } else {
        cost += fails || now < from ? 0 : 1;
      }
      protecting |= now > from && !admitted;
      inARow = now >= to && admitted ? inARow + 1 : 0;
    }
    return cost;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
  }
}
