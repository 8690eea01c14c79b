package io.foreguard.predictive.training;

import io.foreguard.circuitbreaker.Permit;
import io.foreguard.evidence.Outcome;
import io.foreguard.predictive.calls.CallRecord;
import io.foreguard.predictive.feature.FeatureSchema;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;

/** One replay of a log, in order of starts and ends; see {@link CallRows}. Not thread-safe. */
final class CallReplay {
  private static final long QUIET_NANOS = 30_000_000_000L;
  private static final long DAYS_WITH_HOURS_NANOS = 3 * 86_400_000_000_000L;
  private static final double MOST_COPIES = 1_000;

  private final CallRows settings;
  private final List<CallRecord> calls;
  private final long gapNanos;
  private final List<double[]> features = new ArrayList<>();
  private final boolean[] fails;
  private final long[] times;
  private final int[] groups;
  private final double[] weights;
  private final PriorityQueue<Flight> flying = new PriorityQueue<>();
  private ManualClock clock = new ManualClock();
  private ReplayedDependencies dependencies;
  private int group;
  private long groupStart;
  private long lastFailure;
  private int percent;

  CallReplay(CallRows settings, List<CallRecord> calls, long gapNanos) {
    this.settings = settings;
    this.calls = calls;
    this.gapNanos = gapNanos;
    int most = calls.size();
    long span = most == 0 ? 0 : calls.get(most - 1).startNanos() - calls.get(0).startNanos();
    boolean hours = span >= DAYS_WITH_HOURS_NANOS;
    fails = new boolean[most];
    times = new long[most];
    groups = new int[most];
    weights = new double[most];
    dependencies = new ReplayedDependencies(settings, calls, clock, hours);
  }

  LabelledRows run() {
    long latest = 0;
    for (int i = 0; i < calls.size(); i++) {
      CallRecord call = calls.get(i);
      long start = call.startNanos();
      if (i == 0 || start - latest > gapNanos) {
        restart(start, i > 0);
      } else if (isOver(start)) {
        nextGroup(start);
      }
      latest = start;
      landUntil(start);
      moveTo(start);
      start(call);
      tellProgress(i + 1);
    }
    int rows = features.size();
    return new LabelledRows(
        FeatureSchema.calls().names(),
        features.toArray(double[][]::new),
        Arrays.copyOf(fails, rows),
        Arrays.copyOf(times, rows),
        Arrays.copyOf(groups, rows),
        Arrays.copyOf(weights, rows));
  }

  /** Forgets everything; calls in flight are not heard of any more. */
  private void restart(long start, boolean next) {
    flying.clear();
    clock = new ManualClock(start);
    clock.stepWallTime(Duration.between(clock.wallTime(), Instant.ofEpochSecond(0, start)));
    dependencies = dependencies.anew(clock);
    if (next) {
      group++;
    }
    groupStart = start;
    lastFailure = start - QUIET_NANOS;
  }

  private boolean isOver(long now) {
    return now - groupStart > settings.longestGroupNanos() && now - lastFailure > QUIET_NANOS;
  }

  private void nextGroup(long start) {
    group++;
    groupStart = start;
  }

  /** Ends all calls in flight that end by then. */
  private void landUntil(long time) {
    for (Flight next = flying.peek(); next != null && next.end <= time; next = flying.peek()) {
      flying.remove();
      moveTo(next.end);
      land(next);
    }
  }

  private void land(Flight flight) {
    Outcome outcome = flight.outcome;
    if (outcome.isFailure()) {
      lastFailure = flight.end;
    }
    flight.to.model().key(settings.keys() ? flight.call.key() : "");
    flight.permits.forEach(permit -> permit.record(outcome));
  }

  /** How many calls this one stands for. */
  private static int copies(CallRecord call) {
    return (int) Math.round(Math.min(MOST_COPIES, 1 / call.sampling()));
  }

  private void start(CallRecord call) {
    ReplayedDependencies.One to = dependencies.get(call.dependency());
    if (!call.wasMade()) {
      to.breaker().acquire().release();
      return;
    }
    Outcome outcome = settings.deadlines().judge(call);
    if (outcome.isEvidence()) {
      int row = features.size();
      double[] values = new double[FeatureSchema.calls().size()];
      String key = settings.keys() ? call.key() : "";
      to.features().copyTo(to.breaker().signals(), key, values);
      features.add(values);
      fails[row] = outcome.isFailure();
      times[row] = Math.floorDiv(call.startNanos(), 1_000_000L);
      groups[row] = group;
      weights[row] = 1 / (call.propensity() * call.sampling());
    }
    flying.add(new Flight(call, outcome, permits(call, to), to, call.endNanos()));
  }

  /** One for the call, and one for each that it stands for: they start and end with it. */
  private static List<Permit> permits(CallRecord call, ReplayedDependencies.One to) {
    int copies = copies(call);
    if (copies <= 1) {
      return List.of(to.breaker().acquire());
    }
    List<Permit> permits = new ArrayList<>(copies);
    for (int copy = 0; copy < copies; copy++) {
      permits.add(to.breaker().acquire());
    }
    return permits;
  }

  private void moveTo(long time) {
    long ahead = time - clock.nanoTime();
    if (ahead > 0) {
      clock.advance(Duration.ofNanos(ahead));
    }
  }

  private void tellProgress(long done) {
    int reached = (int) (100 * done / calls.size());
    if (reached > percent) {
      percent = reached;
      settings.progress().accept(reached);
    }
  }

  /** A call that has started and not ended. Those that end together end in any order. */
  private record Flight(
      CallRecord call, Outcome outcome, List<Permit> permits, ReplayedDependencies.One to, long end)
      implements Comparable<Flight> {
    @Override
    public int compareTo(Flight other) {
      return Long.compare(end, other.end);
    }
  }
}
