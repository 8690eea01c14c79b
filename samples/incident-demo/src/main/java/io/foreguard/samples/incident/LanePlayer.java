package io.foreguard.samples.incident;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.foreguard.samples.incident.raw.CallRow;
import io.foreguard.samples.incident.raw.LaneLog;
import io.foreguard.samples.incident.raw.Phase;
import io.foreguard.samples.incident.raw.RawLogs;
import io.foreguard.samples.incident.raw.Role;
import io.foreguard.samples.incident.raw.RunInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.locks.LockSupport;

/**
 * Plays the script against the services of one lane and writes the lane's raw log. Not thread-safe.
 */
final class LanePlayer {

  private static final int ALONE = 20;
  private static final int WARM_UP_AT_ONCE = 8;
  private static final long CALM_LIMIT_NANOS = 20_000_000_000L;
  private static final long LEAD_NANOS = 300_000_000;
  private static final long IDLE_LIMIT_NANOS = 10_000_000_000L;

  private final RunInfo run;
  private final Script script;
  private final RawLogs logs;
  private final Http http;
  private final EngineAdmin engine;
  private final Progress progress;

  LanePlayer(
      RunInfo run, Script script, RawLogs logs, Http http, EngineAdmin engine, Progress progress) {
    this.run = run;
    this.script = script;
    this.logs = logs;
    this.http = http;
    this.engine = engine;
    this.progress = progress;
  }

  /** Plays one lane from the warm-up to its log. */
  void play(String lane, Stage.Services services) throws IOException, InterruptedException {
    Caller caller =
        new Caller(http, services.routing(), engine, run.giveUpMs(), run.oracleDeadlineMs());
    engine.reset(run.seed());
    warmUp(lane, caller, services);
    awaitIdle();
    engine.reset(run.seed());
    Moment start = Moment.in(LEAD_NANOS);
    StateSampler sampler = new StateSampler(http, start, services, engine);
    Injection injection = new Injection(start);
    ScheduledExecutorService timers = new ScheduledThreadPoolExecutor(2);
    List<CallRow> calls;
    try {
      long lead = start.nanos() - System.nanoTime();
      var faults = timers.submit(injection::run);
      var samples =
          timers.scheduleAtFixedRate(sampler::sample, lead, nanos(run.sampleMs()), NANOSECONDS);
      var lines =
          timers.scheduleAtFixedRate(
              () -> report(lane, start, sampler),
              NANOSECONDS.toMillis(lead) + 1000,
              1000,
              MILLISECONDS);
      calls = makeCalls(caller, start);
      samples.cancel(false);
      lines.cancel(false);
      faults.get(10, SECONDS);
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IOException("the points engine did not take a fault: " + e.getMessage(), e);
    } finally {
      timers.shutdownNow();
      progress.keep();
    }
    awaitIdle();
    LaneLog log = new LaneLog(lane, injection.phases(), calls, List.of(), sampler.rows());
    logs.write(log, engine.log(), start.epochMs());
  }

  /**
   * Makes calls until the services have compiled their code and every guard is closed: first one by
   * one, because a service's first answer takes longer than its callers wait, then several at once,
   * then at an even pace for as long as a guard holds the slow start against its dependency.
   */
  private void warmUp(String lane, Caller caller, Stage.Services services)
      throws InterruptedException {
    Traffic traffic = new Traffic("w", ~run.seed(), run.customers(), run.zipfExponent());
    Moment start = Moment.in(0);
    for (int made = 0; made < run.warmUpCalls(); ) {
      int atOnce = Math.min(made < ALONE ? 1 : WARM_UP_AT_ONCE, run.warmUpCalls() - made);
      List<CompletableFuture<CallRow>> batch = new ArrayList<>();
      for (int i = 0; i < atOnce; i++) {
        batch.add(caller.call(traffic.call(0), start, Role.HEALTHY));
      }
      batch.forEach(CompletableFuture::join);
      made += atOnce;
      if (Thread.interrupted()) {
        throw new InterruptedException("while warming up");
      }
    }
    StateSampler sampler = new StateSampler(http, start, services, engine);
    long since = System.nanoTime();
    for (boolean calm = false; !calm; calm = sampler.calm()) {
      if (System.nanoTime() - since > CALM_LIMIT_NANOS) {
        progress.say(
            lane
                + ": not every guard is closed after the warm-up: routing "
                + sampler.brief(StateSampler.ROUTING)
                + ", loyalty "
                + sampler.brief(StateSampler.LOYALTY));
        return;
      }
      var unused = caller.call(traffic.call(0), start, Role.HEALTHY);
      sampler.sample();
      sleepUntil(System.nanoTime() + 50_000_000);
    }
  }

  private List<CallRow> makeCalls(Caller caller, Moment start) throws InterruptedException {
    Traffic traffic = new Traffic("c", run.seed(), run.customers(), run.zipfExponent());
    List<CompletableFuture<CallRow>> calls = new ArrayList<>();
    for (Traffic.Call call : traffic.calls(run.rate(), script.seconds())) {
      sleepUntil(start.nanos() + call.dueNanos());
      progress.started();
      calls.add(
          caller
              .call(call, start, roleAt(call.dueNanos() / 1e6))
              .whenComplete(
                  (row, failure) -> {
                    if (row != null) {
                      progress.ended(row);
                    }
                  }));
    }
    sleepUntil(start.nanos() + nanos(script.seconds() * 1000));
    List<CallRow> rows = new ArrayList<>();
    for (CompletableFuture<CallRow> call : calls) {
      rows.add(call.join());
    }
    return rows;
  }

  private void report(String lane, Moment start, StateSampler sampler) {
    double ms = start.msSince();
    progress.second(
        lane,
        ms / 1000,
        ms < script.seconds() * 1000 ? roleAt(ms - 500).label() : "ending",
        sampler.brief(StateSampler.ROUTING),
        sampler.brief(StateSampler.LOYALTY));
  }

  /** Waits for the engine to finish what it has, so that its log is complete. */
  private void awaitIdle() throws IOException, InterruptedException {
    long since = System.nanoTime();
    while (!engine.idle()) {
      if (System.nanoTime() - since > IDLE_LIMIT_NANOS) {
        throw new IOException(
            "the points engine is still busy " + IDLE_LIMIT_NANOS / 1_000_000_000 + " s later");
      }
      sleepUntil(System.nanoTime() + 50_000_000);
    }
  }

  private Role roleAt(double ms) {
    double end = 0;
    for (Script.Step step : script.steps()) {
      end += step.seconds() * 1000;
      if (ms < end) {
        return step.role();
      }
    }
    return script.steps().get(script.steps().size() - 1).role();
  }

  private static void sleepUntil(long nanos) throws InterruptedException {
    while (nanos - System.nanoTime() > 0) {
      LockSupport.parkNanos(nanos - System.nanoTime());
      if (Thread.interrupted()) {
        throw new InterruptedException("while playing the incident");
      }
    }
  }

  private static long nanos(double ms) {
    return Math.round(ms * 1e6);
  }

  /**
   * Tells the engine each fault when it is due. Used by one thread, and read after that one has
   * ended.
   */
  private final class Injection {
    private final Moment start;
    private final List<Phase> phases = new ArrayList<>();

    Injection(Moment start) {
      this.start = start;
    }

    Void run() throws IOException, InterruptedException {
      double dueMs = 0;
      for (Script.Step step : script.steps()) {
        sleepUntil(start.nanos() + nanos(dueMs));
        engine.fault(step.fault());
        double endMs = dueMs + step.seconds() * 1000;
        phases.add(new Phase(step.role(), dueMs, endMs, start.msSince(), step.fault()));
        dueMs = endMs;
      }
      return null;
    }

    List<Phase> phases() {
      return phases;
    }
  }
}
