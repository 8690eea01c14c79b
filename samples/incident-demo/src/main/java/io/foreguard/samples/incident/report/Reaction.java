package io.foreguard.samples.incident.report;

import io.foreguard.samples.incident.raw.CallRow;
import io.foreguard.samples.incident.raw.Phase;
import java.util.List;
import java.util.function.Predicate;

/**
 * How long a lane took to get well again, read from windows of one second that start every 100 ms
 * after the start of a phase and lie within it. A window is good when at least 95 % of the calls
 * due in it are; a window without calls says nothing.
 */
final class Reaction {

  static final double WINDOW_MS = 1000;
  static final double STEP_MS = 100;
  static final double GOOD_SHARE = 0.95;

  private Reaction() {}

  /**
   * Returns the seconds from the start of the phase to the start of the first good window after a
   * bad one: 0 when no window is bad, NaN when none is good again. A call is good when it is
   * answered within the limit. Windows end a limit before the phase does: calls due later than that
   * may be hit by the next fault.
   */
  static double secondsToProtect(Phase phase, List<CallRow> calls, double limitMs) {
    boolean bad = false;
    boolean any = false;
    for (int step = 0; fits(phase, step, limitMs); step++) {
      double share = goodShare(phase, step, calls, call -> call.inTime(limitMs));
      if (Double.isNaN(share)) {
        continue;
      }
      any = true;
      if (share < GOOD_SHARE) {
        bad = true;
      } else if (bad) {
        return step * STEP_MS / 1000;
      }
    }
    return any && !bad ? 0 : Double.NaN;
  }

  /**
   * Returns the seconds from the start of the phase to the start of the first window whose calls
   * are answered fresh and in time; NaN when there is none.
   */
  static double secondsToRecover(Phase phase, List<CallRow> calls, double deadlineMs) {
    for (int step = 0; fits(phase, step, 0); step++) {
      if (goodShare(phase, step, calls, call -> End.of(call, deadlineMs) == End.FRESH)
          >= GOOD_SHARE) {
        return step * STEP_MS / 1000;
      }
    }
    return Double.NaN;
  }

  private static boolean fits(Phase phase, int step, double marginMs) {
    return phase.startMs() + step * STEP_MS + WINDOW_MS + marginMs <= phase.endMs();
  }

  private static double goodShare(
      Phase phase, int step, List<CallRow> calls, Predicate<CallRow> good) {
    double from = phase.startMs() + step * STEP_MS;
    int all = 0;
    int met = 0;
    for (CallRow call : calls) {
      if (call.scheduledMs() >= from && call.scheduledMs() < from + WINDOW_MS) {
        all++;
        met += good.test(call) ? 1 : 0;
      }
    }
    return all == 0 ? Double.NaN : (double) met / all;
  }
}
