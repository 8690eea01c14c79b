package io.foreguard.samples.incident.report;

import io.foreguard.samples.incident.raw.LaneLog;
import io.foreguard.samples.incident.raw.Phase;
import io.foreguard.samples.incident.raw.Role;
import java.util.List;

/**
 * One lane and what was computed of it. Immutable.
 *
 * @param log the raw log
 * @param whole counts of the whole lane
 * @param byPhase counts of each phase, in the order of the log's phases
 * @param protectFromErrors seconds until protected after errors began, NaN when never
 * @param protectFromHang seconds until protected after the engine hung, NaN when never
 * @param recover seconds until recovered after the fault ended, NaN when never
 */
record LaneResult(
    LaneLog log,
    Counts whole,
    List<Counts> byPhase,
    double protectFromErrors,
    double protectFromHang,
    double recover) {

  static LaneResult of(LaneLog log, double deadlineMs) {
    double errors = Double.NaN;
    double hang = Double.NaN;
    double recover = Double.NaN;
    for (Phase phase : log.phases()) {
      if (phase.role() == Role.ERRORS) {
        errors = Reaction.secondsToProtect(phase, log.calls(), deadlineMs / 2);
      } else if (phase.role() == Role.HANG) {
        hang = Reaction.secondsToProtect(phase, log.calls(), deadlineMs / 2);
      } else if (phase.role() == Role.RECOVERY) {
        recover = Reaction.secondsToRecover(phase, log.calls(), deadlineMs);
      }
    }
    List<Counts> byPhase = log.phases().stream().map(phase -> of(log, phase, deadlineMs)).toList();
    Counts whole = Counts.of(log.calls(), log.requests(), deadlineMs);
    return new LaneResult(log, whole, byPhase, errors, hang, recover);
  }

  private static Counts of(LaneLog log, Phase phase, double deadlineMs) {
    return Counts.of(
        log.calls().stream().filter(call -> phase.contains(call.scheduledMs())).toList(),
        log.requests().stream().filter(request -> phase.contains(request.arrivedMs())).toList(),
        deadlineMs);
  }
}
