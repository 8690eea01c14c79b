package io.foreguard.benchmarks.lab;

import static io.foreguard.benchmarks.lab.Fault.Kind.CALLER_FAULT;
import static io.foreguard.benchmarks.lab.Fault.Kind.CAPACITY;
import static io.foreguard.benchmarks.lab.Fault.Kind.ERROR;
import static io.foreguard.benchmarks.lab.Fault.Kind.HANG;
import static io.foreguard.benchmarks.lab.Fault.Kind.LATENCY;
import static io.foreguard.benchmarks.lab.Fault.Kind.LOAD;
import static io.foreguard.benchmarks.lab.Fault.Kind.REFUSE;
import static io.foreguard.benchmarks.lab.Fault.Kind.RESTART;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Families of incidents, and random worlds. The parameters of each draw come from its number. */
final class Families {
  /** Draws from this number on are for tuning; reports use those below. */
  static final int TRAINING = 1_000;

  private static final Map<String, Maker> MAKERS = new LinkedHashMap<>();

  static {
    MAKERS.put("steady", Families::steady);
    MAKERS.put("refusal", (f, s, r) -> outage(f, s, r, REFUSE));
    MAKERS.put("hang", (f, s, r) -> outage(f, s, r, HANG));
    MAKERS.put("brownout", Families::brownout);
    MAKERS.put("slow-brownout", Families::slowBrownout);
    MAKERS.put("load-errors", Families::loadErrors);
    MAKERS.put("slow-ramp", Families::slowRamp);
    MAKERS.put("grey-replica", Families::greyReplica);
    MAKERS.put("grey-tenants", Families::greyTenants);
    MAKERS.put("flapping", Families::flapping);
    MAKERS.put("retry-storm", Families::retryStorm);
    MAKERS.put("surge", Families::surge);
    MAKERS.put("capacity-loss", Families::capacityLoss);
    MAKERS.put("announced", Families::announced);
    MAKERS.put("one-per-20s", (f, s, r) -> rare(f, s, r, .05, 7_200));
    MAKERS.put("one-per-second", (f, s, r) -> rare(f, s, r, 1, 1_200));
    MAKERS.put("caller-faults", Families::callerFaults);
    MAKERS.put("cold-cache", Families::coldCache);
    MAKERS.put("latency-shift", Families::latencyShift);
    MAKERS.put("first-second", Families::firstSecond);
    MAKERS.put("blips", Families::blips);
    MAKERS.put("hidden-errors", Families::hiddenErrors);
    MAKERS.put("crashing", Families::crashing);
    MAKERS.put("forty-clients", Families::fortyClients);
  }

  private Families() {}

  static List<String> names() {
    return List.copyOf(MAKERS.keySet());
  }

  /** The incident of a family with this draw's parameters. */
  static World world(String family, int draw) {
    Maker maker = MAKERS.getOrDefault(family, Repeated.MAKERS.get(family));
    if (maker == null) {
      throw new IllegalArgumentException(
          "family must be one of " + MAKERS.keySet() + ", but was " + family);
    }
    long seed = family.hashCode() * 31L + draw * 0x9E3779B97F4A7C15L;
    return maker.make(family, seed, new SplittableRandom(seed));
  }

  /** A world of random faults, rates, clients and capacities. */
  static World random(int draw) {
    long seed = 0x5DEECE66DL + draw * 0xD1B54A32D192ED03L;
    SplittableRandom r = new SplittableRandom(seed);
    double service = log(r, .003, .2);
    double rate = log(r, 2, 400);
    double deadline = Math.max(service * 4, log(r, .1, 3));
    int replicas = 1 + r.nextInt(4);
    double utilisation = between(r, .15, .85);
    double spread = between(r, .15, .7);
    double busy = rate * service * Math.exp(spread * spread / 2);
    int servers = (int) Math.max(1, Math.ceil(busy / utilisation / replicas));
    int queue = (int) Math.max(4, servers * log(r, 1, 20));
    World.Builder b =
        World.of("random", seed)
            .seconds(90)
            .rate(rate)
            .service(service, spread)
            .deadline(deadline)
            .replicas(replicas)
            .servers(servers, queue)
            .clients(pick(r, 1, 1, 1, 2, 5))
            .tenants(pick(r, 1, 1, 4, 10))
            .errorTime(between(r, .05, 1))
            .attempts(pick(r, 1, 1, 2, 3), .05)
            .cold(pick(r, 1, 1, 3, 6), log(r, 50, 1_000))
            .crashes(r.nextInt(8) == 0 ? between(r, 2, 8) : 0)
            .loadErrors(r.nextInt(4) == 0 ? between(r, .3, 1) : 0);
    List<Fault> faults = new ArrayList<>();
    int count = 1 + r.nextInt(3);
    for (int i = 0; i < count; i++) {
      double from = between(r, 8, 60);
      double length = log(r, .5, 25);
      Fault fault = randomFault(r, from, Math.min(85, from + length));
      faults.add(r.nextInt(3) == 0 ? fault.onReplica(r.nextInt(replicas)) : fault);
    }
    return b.faults(faults).build();
  }

  private static Fault randomFault(SplittableRandom r, double from, double to) {
    return switch (r.nextInt(8)) {
      case 0 -> Fault.of(REFUSE, from, to, 1);
      case 1 -> Fault.of(HANG, from, to, 1);
      case 2 -> Fault.of(ERROR, from, to, between(r, .1, 1));
      case 3 -> Fault.ramp(LATENCY, from, to, 1, log(r, 2, 40));
      case 4 -> Fault.of(LATENCY, from, to, log(r, 1.5, 10));
      case 5 -> Fault.of(CAPACITY, from, to, between(r, .1, .8));
      case 6 -> Fault.of(LOAD, from, to, log(r, 1.5, 8));
      default -> Fault.of(RESTART, from, to, 1);
    };
  }

  private static World steady(String family, long seed, SplittableRandom r) {
    return usual(family, seed, r).seconds(300).build();
  }

  private static World outage(String family, long seed, SplittableRandom r, Fault.Kind kind) {
    double length = log(r, 5, 40);
    return usual(family, seed, r).faults(Fault.of(kind, 30, 30 + length, 1)).build();
  }

  private static World brownout(String family, long seed, SplittableRandom r) {
    double length = log(r, 15, 60);
    return usual(family, seed, r)
        .errorTime(.2)
        .faults(Fault.of(ERROR, 30, 30 + length, between(r, .2, .6)))
        .build();
  }

  /** Calls that fail take as long as the deadline allows, so sending stops being worth it. */
  private static World slowBrownout(String family, long seed, SplittableRandom r) {
    double length = log(r, 15, 60);
    double service = log(r, .01, .05);
    return usual(family, seed, r)
        .service(service, .3)
        .deadline(service * 20)
        .errorTime(14)
        .faults(Fault.of(ERROR, 30, 30 + length, between(r, .35, .8)))
        .build();
  }

  private static World loadErrors(String family, long seed, SplittableRandom r) {
    return busy(family, seed, r, between(r, .4, .7))
        .loadErrors(between(r, .4, .9))
        .faults(Fault.of(LOAD, 30, 30 + log(r, 15, 50), log(r, 2, 5)))
        .build();
  }

  private static World slowRamp(String family, long seed, SplittableRandom r) {
    double ramp = between(r, 15, 40);
    double length = between(r, 10, 20);
    double most = log(r, 10, 40);
    return usual(family, seed, r)
        .faults(
            Fault.ramp(LATENCY, 25, 25 + ramp, 1, most),
            Fault.of(ERROR, 25 + ramp, 25 + ramp + length, 1),
            Fault.of(LATENCY, 25 + ramp, 25 + ramp + length, most))
        .build();
  }

  private static World greyReplica(String family, long seed, SplittableRandom r) {
    int replicas = 3 + r.nextInt(6);
    Fault.Kind kind = pick(r, 0, 1, 2) == 0 ? HANG : r.nextBoolean() ? ERROR : REFUSE;
    return usual(family, seed, r)
        .replicas(replicas)
        .servers(8, 80)
        .faults(
            Fault.of(kind, 30, 30 + log(r, 20, 60), between(r, .8, 1))
                .onReplica(r.nextInt(replicas)))
        .build();
  }

  private static World greyTenants(String family, long seed, SplittableRandom r) {
    int tenants = 8 + r.nextInt(13);
    List<Fault> faults = new ArrayList<>();
    double to = 30 + log(r, 20, 60);
    Fault.Kind kind = r.nextBoolean() ? HANG : ERROR;
    for (int i = 0; i <= r.nextInt(3); i++) {
      faults.add(Fault.of(kind, 30, to, 1).onTenant(r.nextInt(tenants)));
    }
    return usual(family, seed, r).rate(log(r, 100, 300)).tenants(tenants).faults(faults).build();
  }

  private static World flapping(String family, long seed, SplittableRandom r) {
    List<Fault> faults = new ArrayList<>();
    double down = log(r, 1, 8);
    double up = log(r, 1, 8);
    for (double t = 20; t + down < 100; t += down + up) {
      faults.add(Fault.of(r.nextBoolean() ? REFUSE : ERROR, t, t + down, 1));
    }
    return usual(family, seed, r).faults(faults).build();
  }

  /** More work than the dependency can do, made worse by its own clients when they try again. */
  private static World retryStorm(String family, long seed, SplittableRandom r) {
    double service = log(r, .02, .06);
    int servers = 10;
    double utilisation = between(r, .6, .8);
    double deadline = service * between(r, 8, 15);
    return World.of(family, seed)
        .service(service, .35)
        .servers(servers, (int) (servers * between(r, 30, 80)))
        .rate(utilisation * servers / service / 1.06)
        .deadline(deadline)
        .attempts(4, .05)
        .clients(pick(r, 1, 4))
        .faults(Fault.of(CAPACITY, 30, 30 + between(r, 5, 12), between(r, .2, .4)))
        .build();
  }

  private static World surge(String family, long seed, SplittableRandom r) {
    return busy(family, seed, r, between(r, .35, .75))
        .faults(Fault.of(LOAD, 30, 30 + log(r, 15, 50), log(r, 2, 7)))
        .build();
  }

  private static World capacityLoss(String family, long seed, SplittableRandom r) {
    return busy(family, seed, r, between(r, .35, .75))
        .faults(Fault.of(CAPACITY, 30, 30 + log(r, 15, 50), between(r, .1, .4)))
        .build();
  }

  /** The dependency's own dependency slows it down before it fails. */
  private static World announced(String family, long seed, SplittableRandom r) {
    double warning = between(r, 3, 10);
    double length = log(r, 10, 40);
    return usual(family, seed, r)
        .faults(
            Fault.of(LATENCY, 30, 30 + warning, between(r, 2, 4)),
            Fault.of(ERROR, 30 + warning, 30 + warning + length, 1))
        .build();
  }

  private static World rare(String family, long seed, SplittableRandom r, double rate, double s) {
    double from = s * between(r, .2, .4);
    return World.of(family, seed)
        .seconds(s)
        .rate(rate)
        .regularArrivals()
        .service(log(r, .02, .2), .4)
        .deadline(1.5)
        .faults(Fault.of(r.nextBoolean() ? REFUSE : HANG, from, from + s * between(r, .1, .5), 1))
        .build();
  }

  private static World callerFaults(String family, long seed, SplittableRandom r) {
    return usual(family, seed, r).faults(Fault.of(CALLER_FAULT, 20, 100, .7)).build();
  }

  private static World coldCache(String family, long seed, SplittableRandom r) {
    double service = log(r, .01, .04);
    int servers = 16;
    double utilisation = between(r, .4, .7);
    return World.of(family, seed)
        .service(service, .35)
        .servers(servers, 160)
        .rate(utilisation * servers / service / 1.06)
        .deadline(service * between(r, 10, 25))
        .attempts(pick(r, 1, 2), .05)
        .cold(between(r, 3, 10), log(r, 100, 1_500))
        .faults(Fault.of(RESTART, 30, 30 + log(r, 5, 25), 1))
        .build();
  }

  private static World latencyShift(String family, long seed, SplittableRandom r) {
    return usual(family, seed, r)
        .servers(200, 400)
        .faults(Fault.of(LATENCY, 30, 120, between(r, 1.5, 5)))
        .build();
  }

  private static World firstSecond(String family, long seed, SplittableRandom r) {
    Fault.Kind kind = r.nextBoolean() ? REFUSE : HANG;
    return usual(family, seed, r)
        .seconds(60)
        .faults(Fault.of(kind, between(r, 0, .5), log(r, 3, 20), 1))
        .build();
  }

  private static World blips(String family, long seed, SplittableRandom r) {
    List<Fault> faults = new ArrayList<>();
    for (double t = 10; t < 110; t += between(r, 3, 9)) {
      faults.add(Fault.of(r.nextBoolean() ? REFUSE : ERROR, t, t + .5, 1));
    }
    return usual(family, seed, r).faults(faults).build();
  }

  private static World hiddenErrors(String family, long seed, SplittableRandom r) {
    return usual(family, seed, r).attempts(3, .03).faults(Fault.of(ERROR, 0, 120, .1)).build();
  }

  private static World crashing(String family, long seed, SplittableRandom r) {
    double service = log(r, .01, .05);
    int servers = 10;
    return World.of(family, seed)
        .service(service, .35)
        .servers(servers, (int) (servers * between(r, 1, 6)))
        .rate(between(r, .4, .7) * servers / service / 1.06)
        .deadline(service * between(r, 15, 30))
        .crashes(between(r, 3, 8))
        .cold(between(r, 1, 3), 200)
        .faults(Fault.of(LOAD, 30, 30 + between(r, 20, 50), between(r, 1.8, 3.5)))
        .build();
  }

  private static World fortyClients(String family, long seed, SplittableRandom r) {
    Fault.Kind kind = r.nextBoolean() ? REFUSE : HANG;
    return usual(family, seed, r)
        .rate(log(r, 200, 600))
        .servers(60, 600)
        .clients(40)
        .faults(Fault.of(kind, 30, 30 + log(r, 10, 40), 1))
        .build();
  }

  static World.Builder usual(String family, long seed, SplittableRandom r) {
    double service = log(r, .008, .06);
    return World.of(family, seed)
        .service(service, between(r, .2, .5))
        .rate(log(r, 30, 300))
        .servers(24, 240)
        .deadline(between(r, .5, 2));
  }

  /** Like the usual, with as many requests as keep this share of the servers busy. */
  static World.Builder busy(String family, long seed, SplittableRandom r, double utilisation) {
    double service = log(r, .008, .06);
    int servers = 8 + r.nextInt(17);
    double spread = between(r, .2, .5);
    return World.of(family, seed)
        .service(service, spread)
        .servers(servers, (int) (servers * log(r, 3, 20)))
        .rate(utilisation * servers / service / Math.exp(spread * spread / 2))
        .deadline(service * between(r, 10, 40));
  }

  static double between(SplittableRandom r, double least, double most) {
    return least + r.nextDouble() * (most - least);
  }

  /** Evenly on a logarithmic scale. */
  static double log(SplittableRandom r, double least, double most) {
    return least * Math.pow(most / least, r.nextDouble());
  }

  private static int pick(SplittableRandom r, int... from) {
    return from[r.nextInt(from.length)];
  }

  /** Makes the world of a family. */
  @FunctionalInterface
  interface Maker {
    World make(String family, long seed, SplittableRandom random);
  }
}
