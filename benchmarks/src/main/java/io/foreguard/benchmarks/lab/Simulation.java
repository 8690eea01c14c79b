package io.foreguard.benchmarks.lab;

import io.foreguard.evidence.Outcome;

/**
 * One policy in one incident. Time is virtual and everything runs on the calling thread, so a run
 * with the same world and policy gives the same result.
 */
final class Simulation {
  /** Decisions in a row of which four fifths must be as the oracle's to count as protected. */
  private static final int AGREEING = 20;

  private static final int HEDGES_FROM = 100;

  private final World world;
  private final Chance chance;
  private final EventQueue events = new EventQueue();
  private final LabClock clock = new LabClock(events);
  private final Dependency dependency;
  private final Oracle oracle;
  private final Policy[] policies;
  private final boolean clairvoyant;
  private final Tally tally;
  private final Agreement protecting = new Agreement();
  private final Agreement recovering = new Agreement();
  private final long troubleFrom;
  private final long troubleTo;
  private final long[] keyRequests;
  private final long[] keySuccesses;
  private long request;
  private int inFlight;

  private Simulation(World world, String name, Policy.Factory policy, boolean clairvoyant) {
    this.world = world;
    this.clairvoyant = clairvoyant;
    chance = new Chance(world.seed);
    dependency = new Dependency(world, chance, events, clock, this::answered);
    oracle = new Oracle(world, dependency);
    tally = new Tally(name, world);
    policies = new Policy[world.clients];
    for (int client = 0; client < policies.length; client++) {
      policies[client] = policy.create(world, clock, client);
    }
    double from = world.troubleFrom();
    troubleFrom = Double.isNaN(from) ? Long.MAX_VALUE : Dependency.nanos(from);
    troubleTo = Double.isNaN(from) ? Long.MAX_VALUE : Dependency.nanos(world.troubleTo());
    keyRequests = new long[world.tenants];
    keySuccesses = new long[world.tenants];
  }

  /** Plays the incident with the given policy at every client. */
  static Tally run(World world, String name, Policy.Factory policy) {
    return new Simulation(world, name, policy, false).run();
  }

  /** Plays the incident with the oracle at every client. */
  static Tally runOracle(World world) {
    return new Simulation(world, "oracle", (w, c, i) -> new Unprotected(), true).run();
  }

  private Tally run() {
    long end = Dependency.nanos(world.seconds);
    scheduleArrival(0);
    while (!events.isEmpty()) {
      clock.moveTo(events.nextTime());
      Runnable event = events.poll();
      if (clock.nanoTime() < end + Dependency.nanos(20 * world.deadline + 10)) {
        event.run();
      } else {
        break;
      }
    }
    double[] keys = new double[world.tenants];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = keySuccesses[i] / (double) Math.max(1, keyRequests[i]);
    }
    tally.keyGoodput = keys;
    tally.secondsToProtect = protecting.since(troubleFrom);
    tally.secondsToRecover = recovering.since(troubleTo);
    return tally;
  }

  private void scheduleArrival(long after) {
    double rate = Math.max(1e-6, world.rate * dependency.loadFactor());
    double luck = world.regularArrivals ? 1 : -Math.log(chance.uniform(Chance.ARRIVAL, request, 0));
    long at = after + Math.max(1, Dependency.nanos(luck / rate));
    if (at < Dependency.nanos(world.seconds)) {
      events.add(at, this::arrive);
    }
  }

  private void arrive() {
    long now = clock.nanoTime();
    long id = request++;
    scheduleArrival(now);
    int client = (int) (id % world.clients);
    int tenant = (int) (chance.uniform(Chance.TENANT, id, 0) * world.tenants);
    tally.requests++;
    keyRequests[tenant]++;
    tally.timeline.offered[tally.timeline.step(now)]++;
    attempt(new Call(id, client, tenant, 1, now));
  }

  private void attempt(Call call) {
    long now = clock.nanoTime();
    call.start = now;
    call.replica =
        (int) (chance.uniform(Chance.REPLICA, call.request, call.attempt) * world.replicas);
    double fault = chance.uniform(Chance.CALLER_FAULT, call.request, 0);
    call.callerFault = fault < dependency.callerFaultProbability();
    int best = oracle.choose(call.tenant);
    boolean admitted;
    if (clairvoyant) {
      admitted = best >= 0;
      call.replica = Math.max(0, best);
    } else {
      admitted = policies[call.client].admit(call, now);
    }
    compare(best >= 0, admitted, now);
    if (admitted) {
      send(call, now);
    } else {
      reject(call, best >= 0, now);
    }
  }

  private void send(Call call, long now) {
    int step = tally.timeline.step(now);
    tally.attempts++;
    inFlight++;
    tally.mostInFlight = Math.max(tally.mostInFlight, inFlight);
    tally.timeline.mostInFlight[step] = Math.max(tally.timeline.mostInFlight[step], inFlight);
    if (now >= troubleTo && now < troubleTo + 10_000_000_000L) {
      tally.attemptsInRecovery++;
      tally.mostInFlightInRecovery = Math.max(tally.mostInFlightInRecovery, inFlight);
    }
    if (!oracle.worthwhile(call.replica, call.tenant)) {
      tally.wasted++;
    }
    double timeout =
        clairvoyant ? world.deadline : policies[call.client].timeout(call, world.deadline);
    events.add(now + Dependency.nanos(timeout), () -> end(call, Outcome.TIMEOUT));
    double hedge =
        clairvoyant || call.twin != null ? Double.NaN : policies[call.client].hedgeAfter(call);
    if (!Double.isNaN(hedge)) {
      events.add(now + Dependency.nanos(hedge), () -> hedge(call));
    }
    dependency.take(call);
  }

  /** Starts a second attempt beside one that takes long. */
  private void hedge(Call call) {
    long now = clock.nanoTime();
    if (call.ended || !policies[call.client].hedges(call, now)) {
      return;
    }
    int attempt = HEDGES_FROM + call.attempt;
    Call twin = new Call(call.request, call.client, call.tenant, attempt, call.arrived);
    twin.start = now;
    twin.callerFault = call.callerFault;
    twin.replica = (int) (chance.uniform(Chance.REPLICA, call.request, attempt) * world.replicas);
    twin.twin = call;
    if (policies[call.client].admit(twin, now)) {
      call.twin = twin;
      send(twin, now);
    }
  }

  private void reject(Call call, boolean wrongly, long now) {
    tally.rejectedAttempts++;
    if (call.attempt == 1) {
      tally.rejectedRequests++;
      tally.falseRejections += wrongly ? 1 : 0;
      tally.timeline.rejected[tally.timeline.step(now)]++;
      tally.latency(0);
    } else {
      tally.latency((now - call.arrived) / 1e9);
    }
  }

  private void answered(Call call, Outcome outcome) {
    end(call, outcome);
  }

  private void end(Call call, Outcome outcome) {
    if (call.ended) {
      return;
    }
    call.ended = true;
    inFlight--;
    long now = clock.nanoTime();
    int step = tally.timeline.step(now);
    double held = (now - call.start) / 1e9 / world.deadline;
    noteEstimate(call, outcome, step);
    if (!clairvoyant) {
      policies[call.client].ended(call, outcome, now);
    }
    if (outcome.isFailure()) {
      tally.failures++;
      tally.timeline.failed[step]++;
      tally.utility -= Costs.ofFailure(held);
      if (call.twin == null || call.twin.ended) {
        retryOrGiveUp(call, outcome, now);
      }
      return;
    }
    cancelTwin(call, now);
    tally.utility += 1;
    tally.latency((now - call.arrived) / 1e9);
    keySuccesses[call.tenant]++;
    if (outcome == Outcome.CALLER_FAULT) {
      tally.callerFaults++;
    } else {
      tally.successes++;
    }
    tally.timeline.succeeded[step]++;
  }

  private void cancelTwin(Call winner, long now) {
    Call loser = winner.twin;
    if (loser != null && !loser.ended) {
      loser.ended = true;
      inFlight--;
      policies[loser.client].ended(loser, Outcome.IGNORED, now);
    }
  }

  private void noteEstimate(Call call, Outcome outcome, int step) {
    double estimate = clairvoyant ? Double.NaN : policies[call.client].estimate(call);
    if (outcome.isEvidence() && !Double.isNaN(estimate)) {
      double miss = (outcome.isSuccess() ? 1 : 0) - estimate;
      tally.brier += miss * miss;
      tally.estimates++;
      tally.timeline.estimateSum[step] += estimate;
      tally.timeline.estimates[step]++;
    }
  }

  private void retryOrGiveUp(Call call, Outcome outcome, long now) {
    boolean again =
        call.attempt % HEDGES_FROM < world.attempts
            && (clairvoyant || policies[call.client].retries(call, outcome, now));
    if (!again) {
      tally.latency((now - call.arrived) / 1e9);
      return;
    }
    Call next =
        new Call(
            call.request, call.client, call.tenant, call.attempt % HEDGES_FROM + 1, call.arrived);
    double wait = world.backoff * (1 << Math.min(10, next.attempt - 1));
    wait *= chance.uniform(Chance.BACKOFF, call.request, call.attempt);
    events.add(now + Dependency.nanos(wait), () -> attempt(next));
  }

  private void compare(boolean oracleAdmits, boolean admitted, long now) {
    if (now >= troubleFrom && now < troubleTo && !oracleAdmits) {
      protecting.note(!admitted, now);
    }
    if (now >= troubleTo && oracleAdmits) {
      recovering.note(admitted, now);
    }
  }

  /** Finds the first moment from which on decisions are as they should be. */
  private static final class Agreement {
    private final boolean[] recent = new boolean[AGREEING];
    private final long[] times = new long[AGREEING];
    private int count;
    private int agreeing;
    private long reached = -1;

    void note(boolean agrees, long now) {
      int place = count % AGREEING;
      agreeing += (agrees ? 1 : 0) - (count >= AGREEING && recent[place] ? 1 : 0);
      recent[place] = agrees;
      times[place] = now;
      count++;
      if (reached < 0 && count >= AGREEING && agreeing >= AGREEING * 4 / 5) {
        reached = times[count % AGREEING];
      }
    }

    double since(long start) {
      return reached < 0 ? Double.NaN : Math.max(0, (reached - start) / 1e9);
    }
  }

  /** Sends everything, and again as often as the world allows. */
  static final class Unprotected implements Policy {
    @Override
    public boolean admit(Call call, long now) {
      return true;
    }

    @Override
    public void ended(Call call, Outcome outcome, long now) {}

    @Override
    public boolean retries(Call call, Outcome outcome, long now) {
      return true;
    }
  }
}
