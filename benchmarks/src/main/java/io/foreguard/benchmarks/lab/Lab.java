package io.foreguard.benchmarks.lab;

import io.foreguard.benchmarks.lab.report.Analysis;
import io.foreguard.benchmarks.lab.report.Contestant;
import io.foreguard.benchmarks.lab.report.Figure;
import io.foreguard.benchmarks.lab.report.Results;
import io.foreguard.benchmarks.lab.report.Row;
import io.foreguard.benchmarks.lab.report.TimelineStep;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * Plays worlds against policies. The results are in the order of the worlds and policies and do not
 * depend on the number of threads.
 */
final class Lab {
  private final Plan plan;
  private final PrintStream progress;
  private final List<Policies.Entry> policies;

  Lab(Plan plan, List<Policies.Entry> policies, PrintStream progress) {
    this.plan = plan;
    this.policies = policies;
    this.progress = progress;
  }

  Results run() {
    List<Place> places = places();
    ExecutorService threads = Executors.newFixedThreadPool(plan.threads, Player::new);
    try {
      List<Row> rows = new ArrayList<>();
      AtomicInteger done = new AtomicInteger();
      forEach(threads, places, place -> play(place, done, places.size())).forEach(rows::addAll);
      List<Contestant> contestants =
          policies.stream().map(p -> new Contestant(p.name(), p.kind(), p.description())).toList();
      Results results = new Results(contestants, rows, List.of(), Map.of());
      return new Results(contestants, rows, timelines(threads, places, results), Map.of());
    } finally {
      threads.shutdownNow();
    }
  }

  private List<Place> places() {
    List<Place> places = new ArrayList<>();
    int from = plan.training ? Families.TRAINING : 0;
    for (String family : plan.repeated ? Repeated.names() : Families.names()) {
      for (int draw = 0; draw < plan.draws && matches(family); draw++) {
        places.add(new Place(family, from + draw));
      }
    }
    for (int draw = 0; !plan.repeated && draw < plan.worlds && matches(Results.RANDOM); draw++) {
      places.add(new Place(Results.RANDOM, from + draw));
    }
    return places;
  }

  private boolean matches(String family) {
    return plan.families.matcher(family).find();
  }

  private List<Row> play(Place place, AtomicInteger done, int total) {
    World world = place.world();
    List<Row> rows = new ArrayList<>();
    rows.add(place.row(Simulation.runOracle(world)));
    for (Policies.Entry policy : policies) {
      rows.add(place.row(Simulation.run(world, policy.name(), policy.factory())));
    }
    int count = done.incrementAndGet();
    if (count % 20 == 0 || count == total) {
      progress.printf(Locale.ROOT, "[%d/%d] %s %d%n", count, total, place.family, place.draw);
    }
    return rows;
  }

  /** Plays the first draw of each family again, for Foreguard and the family's best peer. */
  private List<TimelineStep> timelines(
      ExecutorService threads, List<Place> places, Results results) {
    Analysis analysis = new Analysis(results);
    List<Callable<List<TimelineStep>>> plots = new ArrayList<>();
    int first = plan.training ? Families.TRAINING : 0;
    for (Place place : places) {
      if (place.draw == first && !place.family.equals(Results.RANDOM)) {
        List<String> names = new ArrayList<>();
        policies.stream()
            .map(Policies.Entry::name)
            .filter(Policies.FOREGUARD::equals)
            .forEach(names::add);
        analysis.bestPeer(place.family).ifPresent(names::add);
        names.forEach(name -> plots.add(() -> place.timeline(Policies.named(name))));
      }
    }
    List<TimelineStep> steps = new ArrayList<>();
    forEach(threads, plots, plot -> plot.call()).forEach(steps::addAll);
    return steps;
  }

  private static <T, R> List<R> forEach(ExecutorService threads, List<T> all, Task<T, R> task) {
    List<Future<R>> futures = new ArrayList<>();
    for (T one : all) {
      futures.add(threads.submit(() -> task.run(one)));
    }
    List<R> results = new ArrayList<>();
    try {
      for (Future<R> future : futures) {
        results.add(future.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return results;
  }

  /**
   * A thread that looks like any other to the library, which places what it notes by the thread's
   * id: so nothing depends on which thread plays a world.
   */
  private static final class Player extends Thread {
    Player(Runnable work) {
      super(work, "lab");
    }

    @Override
    public long getId() {
      return 1;
    }
  }

  /** What may throw. */
  @FunctionalInterface
  private interface Task<T, R> {
    R run(T one) throws Exception;
  }

  /** A world by its number. */
  private record Place(String family, int draw) {
    World world() {
      return family.equals(Results.RANDOM) ? Families.random(draw) : Families.world(family, draw);
    }

    Row row(Tally tally) {
      World world = tally.world;
      Map<Figure, Double> figures = new EnumMap<>(Figure.class);
      figures.put(Figure.REQUESTS, (double) tally.requests);
      figures.put(Figure.SUCCESSES, (double) tally.successes);
      figures.put(Figure.CALLER_FAULTS, (double) tally.callerFaults);
      figures.put(Figure.REJECTED_REQUESTS, (double) tally.rejectedRequests);
      figures.put(Figure.FALSE_REJECTIONS, (double) tally.falseRejections);
      figures.put(Figure.ATTEMPTS, (double) tally.attempts);
      figures.put(Figure.REJECTED_ATTEMPTS, (double) tally.rejectedAttempts);
      figures.put(Figure.FAILURES, (double) tally.failures);
      figures.put(Figure.WASTED, (double) tally.wasted);
      figures.put(Figure.UTILITY, tally.utility);
      figures.put(Figure.P99_SECONDS, tally.p99());
      figures.put(Figure.SECONDS_TO_PROTECT, tally.secondsToProtect);
      figures.put(Figure.SECONDS_TO_RECOVER, tally.secondsToRecover);
      figures.put(Figure.RECOVERY_ATTEMPTS, (double) tally.attemptsInRecovery);
      figures.put(Figure.RECOVERY_MOST_IN_FLIGHT, (double) tally.mostInFlightInRecovery);
      figures.put(Figure.MOST_IN_FLIGHT, (double) tally.mostInFlight);
      figures.put(Figure.BRIER_SUM, tally.brier);
      figures.put(Figure.ESTIMATES, (double) tally.estimates);
      figures.put(Figure.HEALTHY_TENANT_GOODPUT, healthyTenantGoodput(tally));
      figures.put(Figure.HEALTHY_CONCURRENCY, world.healthyConcurrency());
      figures.put(Figure.RATE, world.rate);
      return new Row(family, draw, tally.policy, figures);
    }

    private static double healthyTenantGoodput(Tally tally) {
      double sum = 0;
      int count = 0;
      for (int i = 0; i < tally.keyGoodput.length; i++) {
        int tenant = i;
        if (tally.world.faults.stream().noneMatch(fault -> fault.tenant() == tenant)) {
          sum += tally.keyGoodput[i];
          count++;
        }
      }
      return tally.keyGoodput.length < 2 || count == 0 ? Double.NaN : sum / count;
    }

    List<TimelineStep> timeline(Policies.Entry policy) {
      Timeline t = Simulation.run(world(), policy.name(), policy.factory()).timeline;
      List<TimelineStep> steps = new ArrayList<>();
      for (int i = 0; i < Timeline.STEPS; i++) {
        steps.add(
            new TimelineStep(
                family,
                policy.name(),
                i * t.stepSeconds,
                t.offered[i] / t.stepSeconds,
                t.succeeded[i] / t.stepSeconds,
                t.failed[i] / t.stepSeconds,
                t.rejected[i] / t.stepSeconds));
      }
      return steps;
    }
  }

  /**
   * What to run.
   *
   * @param draws of each family
   * @param worlds random ones
   * @param families a regular expression found in the names of those to run
   * @param repeated whether to run the families of incidents that come back instead of the others
   * @param training whether to take training draws
   * @param threads at least 1
   */
  record Plan(
      int draws, int worlds, Pattern families, boolean repeated, boolean training, int threads) {}
}
