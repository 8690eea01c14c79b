package io.foreguard.benchmarks.lab.replay;

import io.foreguard.benchmarks.lab.FittedDependency.Shape;
import io.foreguard.benchmarks.lab.replay.Incidents.Incident;
import io.foreguard.evidence.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Fits the lab's dependency to incidents that show signs of load: servers and a queue are chosen
 * such that the calls of the log, played against them, fail when and take as long as the log says.
 * That a simulation meets the log does not prove that load caused it; hence the bounds.
 */
final class LoadFit {
  /** The signs in words, for the report. */
  static final String SIGNS =
      "Load may have caused an incident if successes took 1.5 times as long as usual in it or just"
          + " before it, if calls came 1.5 times as often as before it, or if a fifth of its failures"
          + " were refusals for load, such as 429 and 503. It is taken for the cause if one of these"
          + " was so before calls failed, and the fitted dependency misses the failure shares by at"
          + " most 15 points; up to 40 points it is a bound, and beyond that it says nothing.";

  /** A fit that misses the share of failures by more than this is a bound, not the expectation. */
  private static final double GOOD = .15;

  /** And one that misses it by more than this is nothing. */
  private static final double USELESS = .4;

  private static final double SLOW = 1.5;
  private static final double REFUSED = .2;
  private static final int BIN = 20;
  private static final int MOST_CALLS = 20_000;
  private static final int MOST_FITS = 20;
  private static final double NEARLY_AS_GOOD = .01;

  /** Shares of the servers that the fastest answers ask for. */
  private static final double[] COARSE = {.03, .05, .08, .12, .18, .27, .4, .6, .9, 1.3, 2, 3};

  /** Shares of the best of these. */
  private static final double[] FINE = {.7, .8, .9, 1, 1.12, 1.25, 1.4};

  private static final double[] QUEUES = {.5, .75, 1, 1.4, 2};
  private static final double[] LOAD_ERRORS = {0, .3, .6, .9};
  private static final int NO_LIMIT = 1_000_000;

  private final ReplayLog log;
  private final Latencies latencies;
  private final double deadlineSeconds;
  private final double usualFailures;

  private LoadFit(
      ReplayLog log, Latencies latencies, double deadlineSeconds, double usualFailures) {
    this.log = log;
    this.latencies = latencies;
    this.deadlineSeconds = deadlineSeconds;
    this.usualFailures = Math.min(.5, usualFailures);
  }

  /**
   * Fits of the incidents with signs of load, in order, of at most the 20 with the most failures.
   *
   * @param deadlineNanos after which the callers of the log gave up
   * @param usualFailures share of calls that fail outside of incidents
   */
  static List<Fit> of(
      ReplayLog log,
      List<Incident> incidents,
      Latencies latencies,
      long deadlineNanos,
      double usualFailures) {
    if (!latencies.isKnown()) {
      return List.of();
    }
    LoadFit fit = new LoadFit(log, latencies, deadlineNanos / 1e9, usualFailures);
    List<Fit> found = new ArrayList<>();
    int floor = 0;
    List<Incident> largest =
        incidents.stream()
            .sorted(Comparator.comparingInt(Incident::failures).reversed())
            .limit(MOST_FITS)
            .sorted(Comparator.comparingInt(Incident::first))
            .toList();
    for (int i = 0; i < largest.size(); i++) {
      int ceiling = i + 1 < largest.size() ? largest.get(i + 1).first() : log.size();
      Optional<Fit> next = fit.fit(largest.get(i), floor, ceiling);
      next.ifPresent(found::add);
      floor = next.map(f -> f.expected.end()).orElse(largest.get(i).end());
    }
    return found;
  }

  private Optional<Fit> fit(Incident incident, int floor, int ceiling) {
    int first = slowFrom(incident.first(), floor);
    int end = slowTo(incident.end(), ceiling);
    if (!showsLoad(incident, first)) {
      return Optional.empty();
    }
    int[] calls = made(first, end);
    if (calls.length < 2 * BIN) {
      return Optional.empty();
    }
    List<Trial> trials = trials(calls);
    trials.sort(Comparator.comparingDouble(Trial::distance));
    Trial best = trials.get(0);
    if (best.misfit > USELESS) {
      return Optional.empty();
    }
    List<Trial> near =
        trials.stream().filter(t -> t.distance <= best.distance + NEARLY_AS_GOOD).toList();
    int least = near.stream().mapToInt(t -> t.shape.servers()).min().orElseThrow();
    int most = near.stream().mapToInt(t -> t.shape.servers()).max().orElseThrow();
    Shape low = withServers(best.shape, (int) Math.max(1, Math.floor(.85 * least)));
    Shape high = withServers(best.shape, (int) Math.ceil(1.15 * most));
    return Optional.of(
        new Fit(
            incident,
            new LoadWindow(first, end, best.shape),
            new LoadWindow(first, end, low),
            new LoadWindow(first, end, high),
            best.misfit,
            comesBeforeFailures(incident, first)));
  }

  /** What was tried, on a coarse grid and on a fine one around its best. */
  private List<Trial> trials(int[] calls) {
    LoadTrace recorded = LoadTrace.recorded(log, calls);
    double mean = latencies.medianSeconds() * Math.exp(latencies.spread() * latencies.spread() / 2);
    double servers = Math.max(1, throughput(calls) * mean);
    List<Trial> trials = new ArrayList<>();
    for (double[] grid : new double[][] {COARSE, FINE}) {
      for (Shape shape : shapes(calls, servers, mean, grid)) {
        LoadTrace simulated = LoadTrace.simulated(log, calls, shape);
        trials.add(new Trial(shape, recorded.distance(simulated), recorded.misfit(simulated)));
      }
      servers =
          trials.stream()
              .min(Comparator.comparingDouble(Trial::distance))
              .orElseThrow()
              .shape
              .servers();
    }
    return trials;
  }

  private static Shape withServers(Shape shape, int servers) {
    double perServer = shape.queue() / (double) shape.servers();
    int queue = shape.queue() == NO_LIMIT ? NO_LIMIT : (int) Math.round(perServer * servers);
    return new Shape(
        servers,
        queue,
        shape.medianSeconds(),
        shape.spread(),
        shape.deadlineSeconds(),
        shape.errorProbability(),
        shape.loadErrors());
  }

  private boolean showsLoad(Incident incident, int slowFrom) {
    return comesBeforeFailures(incident, slowFrom)
        || isSlow(successes(incident.first(), incident.end(), 1, Integer.MAX_VALUE));
  }

  private boolean comesBeforeFailures(Incident incident, int slowFrom) {
    return slowFrom < incident.first()
        || isSurge(incident)
        || refusals(incident) >= REFUSED * incident.failures();
  }

  /** Whether calls came more often than in as long a time before. */
  private boolean isSurge(Incident incident) {
    long length = Math.min(incident.toNanos() - incident.fromNanos(), incident.fromNanos());
    int before = incident.first() - log.firstFrom(incident.fromNanos() - length);
    int during = log.firstFrom(incident.fromNanos() + length) - incident.first();
    return before >= BIN && during >= SLOW * before;
  }

  private int refusals(Incident incident) {
    int refused = 0;
    for (int i = incident.first(); i < incident.end(); i++) {
      refused += log.wasMade(i) && log.outcome(i) == Outcome.REJECTED ? 1 : 0;
    }
    return refused;
  }

  /** First place from which successes are slow up to the incident. */
  private int slowFrom(int first, int floor) {
    int from = first;
    for (int at = first; at > floor; ) {
      int[] bin = successes(at - 1, floor - 1, -1, BIN);
      if (!isSlow(bin)) {
        return from;
      }
      at = bin[bin.length - 1];
      from = at;
    }
    return from;
  }

  private int slowTo(int end, int ceiling) {
    int to = end;
    for (int at = end; at < ceiling; ) {
      int[] bin = successes(at, ceiling, 1, BIN);
      if (!isSlow(bin)) {
        return to;
      }
      at = bin[bin.length - 1] + 1;
      to = at;
    }
    return to;
  }

  /** Places of at most so many successes from {@code from} on, until before {@code end}. */
  private int[] successes(int from, int end, int step, int most) {
    int[] found = new int[Math.min(most, Math.abs(end - from))];
    int count = 0;
    for (int i = from; i != end && count < found.length; i += step) {
      if (log.succeeded(i)) {
        found[count++] = i;
      }
    }
    return Arrays.copyOf(found, count);
  }

  private boolean isSlow(int[] calls) {
    if (calls.length < BIN) {
      return false;
    }
    long[] durations = Arrays.stream(calls).mapToLong(log::duration).sorted().toArray();
    return durations[durations.length / 2] >= SLOW * latencies.quantile(.5);
  }

  private int[] made(int first, int end) {
    int[] found = new int[Math.min(MOST_CALLS, end - first)];
    int count = 0;
    for (int i = first; i < end && count < found.length; i++) {
      if (log.wasMade(i)) {
        found[count++] = i;
      }
    }
    return Arrays.copyOf(found, count);
  }

  private List<Shape> shapes(int[] calls, double servers, double mean, double[] grid) {
    long refused = Arrays.stream(calls).filter(i -> log.outcome(i) == Outcome.REJECTED).count();
    long errors = Arrays.stream(calls).filter(i -> log.outcome(i) == Outcome.FAILURE).count();
    long failed = Arrays.stream(calls).filter(log::failed).count();
    boolean queueIsFull = refused > .05 * failed;
    double longest = quantile(calls, .95) / 1e9;
    TreeSet<Integer> sizes = new TreeSet<>();
    for (double capacity : grid) {
      sizes.add((int) Math.max(1, Math.round(capacity * servers)));
    }
    List<Shape> shapes = new ArrayList<>();
    for (int size : sizes) {
      for (double queue : queueIsFull ? QUEUES : new double[] {1}) {
        double places = queue * size * Math.max(.2, longest / mean - 1);
        int limit = queueIsFull ? (int) Math.max(1, Math.round(places)) : NO_LIMIT;
        for (double loadErrors : errors > .5 * failed ? LOAD_ERRORS : new double[] {0}) {
          shapes.add(
              new Shape(
                  size,
                  limit,
                  latencies.medianSeconds(),
                  latencies.spread(),
                  deadlineSeconds,
                  usualFailures,
                  loadErrors));
        }
      }
    }
    return shapes;
  }

  /** Calls per second that were answered in the fastest fifth of the window. */
  private double throughput(int[] calls) {
    long[] ends =
        Arrays.stream(calls)
            .filter(i -> log.succeeded(i) || log.outcome(i) == Outcome.FAILURE)
            .mapToLong(i -> log.start(i) + log.duration(i))
            .sorted()
            .toArray();
    int bins = ends.length / BIN;
    if (bins == 0) {
      return 1;
    }
    double[] rates = new double[bins];
    for (int b = 0; b < bins; b++) {
      long from = ends[b * BIN];
      long to = ends[Math.min(ends.length - 1, (b + 1) * BIN)];
      rates[b] = BIN * 1e9 / Math.max(1_000, to - from);
    }
    Arrays.sort(rates);
    return rates[(int) (.8 * (bins - 1))];
  }

  private long quantile(int[] calls, double q) {
    long[] durations =
        Arrays.stream(calls).filter(log::succeeded).mapToLong(log::duration).sorted().toArray();
    return durations.length == 0 ? 0 : durations[(int) (q * (durations.length - 1))];
  }

  private record Trial(Shape shape, double distance, double misfit) {}

  /**
   * What was fitted to one incident.
   *
   * @param incident that shows signs of load
   * @param expected the dependency that meets the log best
   * @param least with less capacity, a little below the least that is nearly as good
   * @param most with more
   * @param misfit mean difference between the shares of failures, simulated and in the log
   * @param loadCameFirst whether successes were slow before calls failed, or calls were refused
   */
  record Fit(
      Incident incident,
      LoadWindow expected,
      LoadWindow least,
      LoadWindow most,
      double misfit,
      boolean loadCameFirst) {
    /** Whether load is taken for the cause. */
    boolean isGood() {
      return loadCameFirst && misfit <= GOOD;
    }
  }
}
