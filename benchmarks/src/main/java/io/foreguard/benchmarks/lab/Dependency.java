package io.foreguard.benchmarks.lab;

import io.foreguard.benchmarks.lab.Fault.Kind;
import io.foreguard.evidence.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The dependency: replicas with servers and a queue each, and what is wrong with them at the
 * moment. It does not know when a caller has given up, and serves the call all the same.
 */
final class Dependency {
  private static final double REFUSAL_SECONDS = .001;

  private final World world;
  private final Chance chance;
  private final EventQueue events;
  private final LabClock clock;
  private final Answers answers;
  private final Replica[] replicas;
  private List<Fault> active = List.of();

  Dependency(World world, Chance chance, EventQueue events, LabClock clock, Answers answers) {
    this.world = world;
    this.chance = chance;
    this.events = events;
    this.clock = clock;
    this.answers = answers;
    replicas = new Replica[world.replicas];
    for (int i = 0; i < replicas.length; i++) {
      replicas[i] = new Replica(i, world.coldAtStart);
    }
    for (Fault fault : world.faults) {
      events.add(nanos(fault.from()), this::findActive);
      events.add(nanos(fault.to()), () -> over(fault));
    }
  }

  void take(Call call) {
    Replica replica = replicas[call.replica];
    if (faulty(Kind.HANG, call.replica, call.tenant)) {
      return;
    }
    if (replica.away || faulty(Kind.REFUSE, call.replica, call.tenant)) {
      answerLater(call, Outcome.FAILURE, REFUSAL_SECONDS);
    } else if (replica.busy < servers(call.replica)) {
      replica.start(call);
    } else if (replica.waiting.size() < world.queue) {
      replica.waiting.add(call);
    } else if (world.crashSeconds > 0) {
      replica.crash();
      answerLater(call, Outcome.FAILURE, REFUSAL_SECONDS);
    } else {
      answerLater(call, Outcome.REJECTED, REFUSAL_SECONDS);
    }
  }

  /** Calls that a replica has, given-up ones included. */
  int load(int replica) {
    return replicas[replica].busy + replicas[replica].waiting.size();
  }

  boolean isAway(int replica, int tenant) {
    return replicas[replica].away
        || faulty(Kind.REFUSE, replica, tenant)
        || faulty(Kind.HANG, replica, tenant);
  }

  boolean hangs(int replica, int tenant) {
    return faulty(Kind.HANG, replica, tenant);
  }

  boolean isFull(int replica) {
    return replicas[replica].busy >= servers(replica)
        && replicas[replica].waiting.size() >= world.queue;
  }

  int servers(int replica) {
    double share = product(Kind.CAPACITY, replica, -1);
    return Math.max(1, (int) Math.round(world.servers * share));
  }

  /** Median service time in seconds of a call that would start now. */
  double service(int replica, int tenant) {
    return world.service * product(Kind.LATENCY, replica, tenant) * replicas[replica].cold();
  }

  /** Probability that a call fails that would start now. */
  double errorProbability(int replica, int tenant) {
    double good = 1;
    for (Fault fault : active) {
      if (fault.kind() == Kind.ERROR && fault.affects(replica, tenant)) {
        good *= 1 - fault.value(now());
      }
    }
    if (world.loadErrors > 0) {
      double crowd = replicas[replica].waiting.size() / (double) servers(replica);
      good *= 1 - world.loadErrors * Math.min(1, crowd);
    }
    return 1 - good;
  }

  double callerFaultProbability() {
    return active.stream()
        .filter(f -> f.kind() == Kind.CALLER_FAULT)
        .mapToDouble(f -> f.value(now()))
        .max()
        .orElse(0);
  }

  /** How many times as many requests arrive as usual. */
  double loadFactor() {
    return product(Kind.LOAD, -1, -1);
  }

  private boolean faulty(Kind kind, int replica, int tenant) {
    for (Fault fault : active) {
      boolean same = fault.kind() == kind || (kind == Kind.REFUSE && fault.kind() == Kind.RESTART);
      if (same && fault.affects(replica, tenant)) {
        return true;
      }
    }
    return false;
  }

  private double product(Kind kind, int replica, int tenant) {
    double product = 1;
    for (Fault fault : active) {
      if (fault.kind() == kind && fault.affects(replica, tenant)) {
        product *= fault.value(now());
      }
    }
    return product;
  }

  private void over(Fault fault) {
    for (Replica replica : replicas) {
      if (fault.kind() == Kind.RESTART && fault.affects(replica.index, -1)) {
        replica.servedSinceStart = 0;
        replica.hasBeenCold = true;
      }
    }
    findActive();
  }

  private void findActive() {
    List<Fault> found = new ArrayList<>();
    for (Fault fault : world.faults) {
      if (nanos(fault.from()) <= clock.nanoTime() && clock.nanoTime() < nanos(fault.to())) {
        found.add(fault);
      }
    }
    active = found;
    for (Replica replica : replicas) {
      replica.fill();
    }
  }

  private void answerLater(Call call, Outcome outcome, double seconds) {
    events.add(clock.nanoTime() + nanos(seconds), () -> answers.answered(call, outcome));
  }

  private double now() {
    return clock.nanoTime() / 1e9;
  }

  static long nanos(double seconds) {
    return (long) (seconds * 1e9);
  }

  /** Hears of each answer, also of one that comes too late. */
  @FunctionalInterface
  interface Answers {
    void answered(Call call, Outcome outcome);
  }

  private final class Replica {
    private final int index;
    private final ArrayDeque<Call> waiting = new ArrayDeque<>();
    private final List<Call> inService = new ArrayList<>();
    private boolean hasBeenCold;
    private boolean away;
    private int busy;
    private int epoch;
    private double servedSinceStart;

    Replica(int index, boolean cold) {
      this.index = index;
      hasBeenCold = cold;
    }

    /** How many times slower than usual it is for its caches being cold. */
    double cold() {
      return hasBeenCold
          ? 1 + (world.coldFactor - 1) * Math.pow(.5, servedSinceStart / world.coldCalls)
          : 1;
    }

    void start(Call call) {
      busy++;
      inService.add(call);
      call.epoch = epoch;
      double z = chance.gaussian(Chance.SERVICE, call.request, call.attempt);
      double seconds = service(index, call.tenant) * Math.exp(world.spread * z);
      double luck = chance.uniform(Chance.ERROR, call.request, call.attempt);
      boolean fails = luck < errorProbability(index, call.tenant);
      call.failsInService = fails;
      double held = fails ? seconds * world.errorTime : seconds;
      events.add(clock.nanoTime() + nanos(held), () -> finish(call));
    }

    private void finish(Call call) {
      if (call.epoch != epoch) {
        return; // it went down with the replica
      }
      busy--;
      inService.remove(call);
      servedSinceStart++;
      Outcome outcome =
          call.failsInService
              ? Outcome.FAILURE
              : call.callerFault ? Outcome.CALLER_FAULT : Outcome.SUCCESS;
      fill();
      answers.answered(call, outcome);
    }

    private void fill() {
      while (!away && busy < servers(index) && !waiting.isEmpty()) {
        start(waiting.poll());
      }
    }

    private void crash() {
      away = true;
      epoch++;
      busy = 0;
      List<Call> lost = new ArrayList<>(inService);
      lost.addAll(waiting);
      inService.clear();
      waiting.clear();
      lost.forEach(call -> answerLater(call, Outcome.FAILURE, REFUSAL_SECONDS));
      events.add(clock.nanoTime() + nanos(world.crashSeconds), this::comeBack);
    }

    private void comeBack() {
      away = false;
      servedSinceStart = 0;
      hasBeenCold = true;
    }
  }
}
