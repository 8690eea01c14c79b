package io.foreguard.circuitbreaker;

import io.foreguard.circuitbreaker.ClassicPolicy.WindowType;
import io.foreguard.evidence.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * What a classic breaker must do, written as plainly as possible: every judged call is kept, and
 * every question is answered by counting.
 */
final class ClassicReference {
  private static final long SECOND = 1_000_000_000L;

  private final ClassicPolicy policy;
  private final long leaseNanos;
  private final List<Call> window = new ArrayList<>();
  private final List<Held> held = new ArrayList<>();
  private long elapsed;
  private long openUntil;
  private int judged;
  private int failed;
  private int slow;

  State state = State.CLOSED;
  long era;
  long stale;
  long calls;
  long lost;

  ClassicReference(ClassicPolicy policy, long leaseNanos) {
    this.policy = policy;
    this.leaseNanos = leaseNanos;
  }

  /** A permit as this model sees it. */
  static final class Held {
    private final long era;
    private final boolean probe;
    private final long start;
    private boolean gone;
    private long pausedUntil = Long.MIN_VALUE;

    Held(long era, boolean probe, long start) {
      this.era = era;
      this.probe = probe;
      this.start = start;
    }
  }

  private record Call(long at, boolean failed, boolean slow) {}

  void advance(long nanos) {
    elapsed += nanos;
    settleTime();
  }

  /** Null when the call must be refused. */
  Held acquire() {
    boolean admitted =
        state == State.CLOSED
            || (state == State.HALF_OPEN && active() < policy.halfOpenCalls() - judged);
    if (!admitted) {
      return null;
    }
    Held permit = new Held(era, state == State.HALF_OPEN, elapsed);
    held.add(permit);
    return permit;
  }

  void settle(Held permit, Outcome outcome) {
    boolean late = permit.gone || permit.era != era;
    if (!permit.probe && elapsed - permit.start > leaseNanos) {
      late = true;
    }
    if (late) {
      stale++;
      held.remove(permit);
      return;
    }
    calls++;
    if (permit.probe && !outcome.isEvidence()) {
      permit.pausedUntil = elapsed + policy.openDuration().toNanos();
      return;
    }
    held.remove(permit);
    if (!outcome.isEvidence()) {
      return;
    }
    window.add(new Call(elapsed, outcome.isFailure(), outcome == Outcome.SLOW_SUCCESS));
    if (permit.probe) {
      judged++;
      failed += outcome.isFailure() ? 1 : 0;
      slow += outcome == Outcome.SLOW_SUCCESS ? 1 : 0;
    }
    settleTime();
  }

  void operator(State to) {
    if (to == State.CLOSED) {
      window.clear();
    }
    enter(to);
  }

  /** Equal settings in a new policy: waits and ramps start anew, the window stays. */
  void reconfigure() {
    if (state == State.OPEN) {
      openUntil = elapsed + policy.openDuration().toNanos();
    } else if (state == State.HALF_OPEN) {
      judged = 0;
      failed = 0;
      slow = 0;
    }
  }

  int inFlight() {
    return (int)
        held.stream()
            .filter(p -> !p.gone && p.pausedUntil == Long.MIN_VALUE && (!p.probe || p.era == era))
            .count();
  }

  private int active() {
    return (int) held.stream().filter(p -> p.probe && p.era == era && !p.gone).count();
  }

  private void settleTime() {
    for (Held permit : List.copyOf(held)) {
      if (permit.gone) {
        continue;
      }
      if (permit.pausedUntil != Long.MIN_VALUE) {
        if (elapsed >= permit.pausedUntil || permit.era != era) {
          held.remove(permit);
        }
      } else if (permit.probe
          ? elapsed - permit.start >= leaseNanos
          : elapsed - permit.start > leaseNanos) {
        permit.gone = true;
        lost += !permit.probe || permit.era == era ? 1 : 0;
      }
    }
    if (state == State.CLOSED && trips()) {
      enter(State.OPEN);
    } else if (state == State.OPEN && elapsed >= openUntil) {
      enter(State.HALF_OPEN);
    } else if (state == State.HALF_OPEN && judged >= policy.halfOpenCalls()) {
      enter(policy.trips(judged, failed, slow, 1) ? State.OPEN : State.CLOSED);
    }
  }

  private void enter(State to) {
    if (!(state == State.CLOSED && to == State.CLOSED)) {
      era++;
    }
    state = to;
    judged = 0;
    failed = 0;
    slow = 0;
    if (to == State.OPEN) {
      openUntil = elapsed + policy.openDuration().toNanos();
    } else if (to == State.CLOSED) {
      window.clear();
    }
  }

  private boolean trips() {
    List<Call> known = window;
    if (policy.windowType() == WindowType.TIME_BASED) {
      long oldest = elapsed / SECOND - policy.windowSize() + 1;
      known = window.stream().filter(call -> call.at() / SECOND >= oldest).toList();
      if (known.size() < policy.minimumCalls()) {
        known = last(policy.minimumCalls());
      }
    } else {
      known = last(policy.windowSize());
    }
    int failures = (int) known.stream().filter(Call::failed).count();
    int slowCalls = (int) known.stream().filter(Call::slow).count();
    return known.size() >= policy.minimumCalls()
        && (failures >= policy.failureRateThreshold() * known.size()
            || slowCalls >= policy.slowCallRateThreshold() * known.size());
  }

  private List<Call> last(int size) {
    return window.subList(Math.max(0, window.size() - size), window.size());
  }
}
