package io.foreguard.benchmarks.lab;

import static io.foreguard.benchmarks.lab.Families.between;
import static io.foreguard.benchmarks.lab.Families.log;
import static io.foreguard.benchmarks.lab.Families.usual;
import static io.foreguard.benchmarks.lab.Fault.Kind.CAPACITY;
import static io.foreguard.benchmarks.lab.Fault.Kind.ERROR;
import static io.foreguard.benchmarks.lab.Fault.Kind.HANG;
import static io.foreguard.benchmarks.lab.Fault.Kind.LATENCY;
import static io.foreguard.benchmarks.lab.Fault.Kind.LOAD;
import static io.foreguard.benchmarks.lab.Fault.Kind.REFUSE;

import io.foreguard.benchmarks.lab.Families.Maker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Twenty minutes of incidents that come back, so that there is something to learn: worlds of their
 * own, which are no part of the mean over the families.
 */
final class Repeated {
  /** Makers by name, in alphabetical order. */
  static final Map<String, Maker> MAKERS = new TreeMap<>();

  private static final double SECONDS = 1_200;

  static {
    MAKERS.put("periodic-outages", Repeated::periodicOutages);
    MAKERS.put("repeated-capacity-losses", Repeated::repeatedCapacityLosses);
    MAKERS.put("repeated-surges", Repeated::repeatedSurges);
    MAKERS.put("slow-errors-with-latency", Repeated::slowErrorsWithLatency);
    MAKERS.put("turncoat-latency", Repeated::turncoatLatency);
    MAKERS.put("warned-hangs", Repeated::warnedHangs);
  }

  private Repeated() {}

  static List<String> names() {
    return List.copyOf(MAKERS.keySet());
  }

  /** Refusals for a few seconds, at the same interval each time. */
  private static World periodicOutages(String family, long seed, SplittableRandom r) {
    double period = between(r, 25, 50);
    double length = log(r, 2, 8);
    List<Fault> faults = new ArrayList<>();
    for (double t = period; t + length < SECONDS; t += period) {
      faults.add(Fault.of(REFUSE, t, t + length, 1));
    }
    return usual(family, seed, r).seconds(SECONDS).faults(faults).build();
  }

  /** Part of the servers goes away, again and again. */
  private static World repeatedCapacityLosses(String family, long seed, SplittableRandom r) {
    List<Fault> faults = new ArrayList<>();
    double left = between(r, .2, .5);
    for (double t = 40; t < SECONDS - 30; t += between(r, 40, 70)) {
      faults.add(Fault.of(CAPACITY, t, t + between(r, 8, 20), left));
    }
    return Families.busy(family, seed, r, between(r, .4, .7))
        .seconds(SECONDS)
        .faults(faults)
        .build();
  }

  /** Surges again and again, to a dependency that answers with errors once it has a queue. */
  private static World repeatedSurges(String family, long seed, SplittableRandom r) {
    List<Fault> faults = new ArrayList<>();
    double most = log(r, 2, 4);
    for (double t = 40; t < SECONDS - 30; t += between(r, 40, 70)) {
      faults.add(Fault.of(LOAD, t, t + between(r, 8, 20), most));
    }
    return Families.busy(family, seed, r, between(r, .4, .7))
        .seconds(SECONDS)
        .loadErrors(between(r, .4, .9))
        .faults(faults)
        .build();
  }

  /** Most calls fail, and only at the end of their time; those that do not are slower at once. */
  private static World slowErrorsWithLatency(String family, long seed, SplittableRandom r) {
    List<Fault> faults = new ArrayList<>();
    double errors = between(r, .6, .9);
    double slower = between(r, 2, 4);
    for (double t = 40; t < SECONDS - 30; t += between(r, 40, 70)) {
      double to = t + between(r, 5, 15);
      faults.add(Fault.of(LATENCY, t, to, slower));
      faults.add(Fault.of(ERROR, t, to, errors));
    }
    double service = log(r, .01, .03);
    return usual(family, seed, r)
        .seconds(SECONDS)
        .service(service, .6)
        .errorTime(20)
        .servers(400, 800)
        .deadline(service * 100)
        .faults(faults)
        .build();
  }

  /** The dependency slows down, a little later all calls hang; latency is usually wide. */
  private static World warnedHangs(String family, long seed, SplittableRandom r) {
    List<Fault> faults = new ArrayList<>();
    double warning = between(r, .5, 4);
    for (double t = 40; t < SECONDS - 40; t += between(r, 40, 70)) {
      double to = t + warning + between(r, 5, 15);
      faults.add(Fault.of(LATENCY, t, t + warning, between(r, 2.5, 4)));
      faults.add(Fault.of(HANG, t + warning, to, 1));
    }
    return usual(family, seed, r)
        .seconds(SECONDS)
        .service(log(r, .01, .03), .7)
        .servers(100, 400)
        .deadline(between(r, 3, 5))
        .faults(faults)
        .build();
  }

  /** In the first half latency comes with errors, in the second half without. */
  private static World turncoatLatency(String family, long seed, SplittableRandom r) {
    List<Fault> faults = new ArrayList<>();
    double errors = between(r, .7, 1);
    for (double t = 40; t < SECONDS - 30; t += between(r, 40, 70)) {
      double to = t + between(r, 5, 15);
      faults.add(Fault.of(LATENCY, t - 2, to, between(r, 2, 4)));
      if (t < SECONDS / 2) {
        faults.add(Fault.of(ERROR, t, to, errors));
      }
    }
    return usual(family, seed, r)
        .seconds(SECONDS)
        .servers(200, 400)
        .errorTime(3)
        .faults(faults)
        .build();
  }
}
