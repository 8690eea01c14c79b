package io.foreguard.benchmarks.lab.replay;

import io.foreguard.benchmarks.lab.FittedDependency;
import io.foreguard.benchmarks.lab.VirtualTime;
import io.foreguard.benchmarks.lab.replay.Incidents.Incident;
import io.foreguard.evidence.Outcome;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Plays a log through one candidate: calls come as in the log, whatever became of those before
 * them, and each is answered as in the log or, within a load window, by its fitted dependency.
 * Virtual time, on the calling thread.
 */
final class Playback {
  private static final int PROGRESS_STEP = 8_192;
  private static final int LEFT_OUT_ONE_IN = 20;
  private static final double PROTECTED = .8;
  private static final double RECOVERED = .95;
  private static final long SEED = 42;

  private final Stage stage;
  private final ReplayLog log;
  private final Candidate candidate;
  private final Fates fates;
  private final List<LoadWindow> windows;
  private final VirtualTime time = new VirtualTime();
  private final Contender contender;
  private final Score score;
  private int nextWindow;
  private @Nullable LoadWindow window;
  private @Nullable FittedDependency dependency;
  private Attempt[] waiting = {};
  private int nextIncident;
  private @Nullable Agreement protecting;
  private @Nullable Agreement recovering;

  /** Number of the variation, 0 for the log as it is. */
  private final int variation;

  private Playback(Stage stage, Candidate candidate, Scenario scenario, int variation) {
    this.stage = stage;
    this.variation = variation;
    this.candidate = candidate;
    log = stage.log();
    fates = scenario.fates();
    windows = scenario.windows();
    score = new Score(candidate, scenario.name(), stage);
    contender = candidate.factory().create(log, time.clock());
  }

  /** Plays the whole log and adds the calls played to {@code progress}. */
  static Score of(Stage stage, Candidate candidate, Scenario scenario, LongAdder progress) {
    return new Playback(stage, candidate, scenario, 0).play(stage.log().size(), progress);
  }

  /** Plays the whole log without one in twenty calls, others for each number from 1 on. */
  static Score variation(
      Stage stage, Candidate candidate, Scenario scenario, int number, LongAdder progress) {
    return new Playback(stage, candidate, scenario, number).play(stage.log().size(), progress);
  }

  /** Plays the calls before {@code end}. */
  static Score of(
      Stage stage, Candidate candidate, Scenario scenario, int end, LongAdder progress) {
    return new Playback(stage, candidate, scenario, 0).play(end, progress);
  }

  private Score play(int end, LongAdder progress) {
    for (int call = 0; call < end; call++) {
      time.advanceTo(log.start(call));
      enterOrLeaveWindow(call);
      enterOrLeaveIncident(call);
      if (!isLeftOut(call)) {
        arrive(call);
      }
      if (call % PROGRESS_STEP == PROGRESS_STEP - 1) {
        progress.add(PROGRESS_STEP);
      }
    }
    progress.add(end % PROGRESS_STEP);
    time.advanceTo(Long.MAX_VALUE / 4);
    endIncident();
    return score;
  }

  private boolean isLeftOut(int call) {
    long mixed = (call + variation * 0xD1B54A32D192ED03L) * 0x9E3779B97F4A7C15L;
    return variation > 0 && (mixed >>> 33) % LEFT_OUT_ONE_IN == 0;
  }

  private void arrive(int call) {
    long now = time.now();
    score.calls++;
    for (Strip strip : score.strips) {
      int step = strip.step(now);
      if (step >= 0) {
        strip.offered[step]++;
      }
    }
    boolean worthwhile = dependency == null || dependency.isWorthCalling();
    double chance = dependency == null ? 0 : dependency.successProbability();
    Attempt attempt = new Attempt(call, now);
    boolean admitted = contender.admits(attempt, now);
    compare(call, admitted, worthwhile, now);
    if (admitted) {
      send(attempt, now);
    } else {
      reject(call, chance, now);
    }
  }

  private void send(Attempt attempt, long now) {
    int call = attempt.call;
    score.sent++;
    long timeout = candidate.timeoutNanos();
    if (dependency != null && window != null) {
      score.imagined++;
      waiting[call - window.first()] = attempt;
      long patience = (long) (window.shape().deadlineSeconds() * 1e9);
      time.at(now + Math.min(timeout, patience), () -> ended(attempt, Outcome.TIMEOUT));
      dependency.take(call, now);
      return;
    }
    score.imagined += fates.isImagined(call) ? 1 : 0;
    long duration = fates.duration(call);
    if (duration > timeout) {
      time.at(now + timeout, () -> ended(attempt, Outcome.TIMEOUT));
    } else {
      time.at(now + duration, () -> ended(attempt, fates.outcome(call)));
    }
  }

  private void ended(Attempt attempt, Outcome outcome) {
    if (attempt.ended) {
      return;
    }
    attempt.ended = true;
    long now = time.now();
    long duration = now - attempt.start;
    contender.ended(attempt, outcome, now);
    double worth = stage.worth().of(outcome, duration);
    score.utility += worth;
    score.blocks[stage.block(attempt.start)] += worth;
    boolean fails = outcome.isFailure();
    if (fails) {
      score.failed++;
      score.heldSeconds += duration / 1e9;
    } else {
      score.succeeded += outcome == Outcome.IGNORED ? 0 : 1;
    }
    for (Strip strip : score.strips) {
      int step = strip.step(now);
      if (step >= 0) {
        strip.failed[step] += fails ? 1 : 0;
        strip.succeeded[step] += fails ? 0 : 1;
        strip.latency(step, duration);
      }
    }
  }

  private void reject(int call, double chance, long now) {
    score.rejected++;
    boolean modelled = dependency != null;
    score.wronglyRejected += modelled ? chance : wouldSucceed(call) ? 1 : 0;
    for (Strip strip : score.strips) {
      int step = strip.step(now);
      if (step >= 0) {
        strip.rejected[step]++;
      }
    }
  }

  private boolean wouldSucceed(int call) {
    Outcome outcome = fates.outcome(call);
    return !outcome.isFailure()
        && outcome != Outcome.IGNORED
        && fates.duration(call) <= candidate.timeoutNanos();
  }

  private void enterOrLeaveWindow(int call) {
    if (window != null && call >= window.end()) {
      window = null;
      dependency = null;
    }
    if (nextWindow < windows.size() && call >= windows.get(nextWindow).first()) {
      LoadWindow entered = windows.get(nextWindow++);
      window = entered;
      Attempt[] attempts = new Attempt[entered.end() - entered.first()];
      waiting = attempts;
      dependency =
          new FittedDependency(
              entered.shape(),
              SEED + nextWindow,
              time,
              (outcome, number) -> ended(attempts[number - entered.first()], outcome));
    }
  }

  private void enterOrLeaveIncident(int call) {
    List<Incident> incidents = stage.incidents();
    if (nextIncident < incidents.size() && call == incidents.get(nextIncident).first()) {
      endIncident();
      Incident incident = incidents.get(nextIncident++);
      protecting = new Agreement(PROTECTED, incident.failures());
      recovering = new Agreement(RECOVERED, Integer.MAX_VALUE);
    }
  }

  private void compare(int call, boolean admitted, boolean worthwhile, long now) {
    if (protecting == null || recovering == null) {
      return;
    }
    boolean during = call < stage.incidents().get(nextIncident - 1).end();
    boolean bad = dependency == null ? !wouldSucceed(call) : !worthwhile;
    if (during && bad) {
      protecting.note(!admitted, now);
    } else if (!during && !bad) {
      recovering.note(admitted, now);
    }
  }

  private void endIncident() {
    if (protecting != null && recovering != null) {
      Incident incident = stage.incidents().get(nextIncident - 1);
      score.protect[nextIncident - 1] = protecting.since(incident.fromNanos());
      score.recover[nextIncident - 1] = recovering.since(incident.toNanos());
    }
  }
}
