package io.foreguard.circuitbreaker;

import io.foreguard.estimation.Estimate;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.internal.EvidenceLedger;
import java.util.function.Supplier;

/**
 * A trip policy at work on one breaker. Not thread-safe: every method runs under the gate's lock.
 * It decides; the gate moves the state.
 */
interface TripLogic {
  /** The success probability below which calls are rejected. */
  double threshold(EvidenceLedger ledger);

  /**
   * Where the breaker should be, given what is known.
   *
   * @param state where it is
   * @param share share of calls it admits
   */
  Verdict judge(State state, double share, EvidenceLedger ledger, Estimate estimate, long now);

  /** The gate has moved to {@code state}. */
  void entered(State state, EvidenceLedger ledger, long now);

  /** How many permits may be out at the same time in OPEN or HALF_OPEN; a probe in THROTTLED. */
  int permits(State state, EvidenceLedger ledger, long now);

  /** A permit was granted in OPEN or HALF_OPEN, or as a probe in THROTTLED. */
  void granted(State state, EvidenceLedger ledger, long now);

  /** A call was refused in OPEN or HALF_OPEN. */
  void refused(State state, long now);

  /** A permitted call of OPEN or HALF_OPEN brought evidence. */
  void result(State state, Outcome outcome, EvidenceLedger ledger, long durationNanos, long now);

  /** The lease of a permitted call of OPEN or HALF_OPEN ran out. */
  default void lost(State state) {}

  /**
   * A permit of OPEN or HALF_OPEN was given back: its call was not made, or was another's fault.
   */
  default void cancelled(State state, long now) {}

  /** Whether the circuit is open for silence alone, which a late success would refute. */
  default boolean isRefutedBySuccess() {
    return false;
  }

  /** A call that was taken to hang has succeeded. */
  default void refuted() {}

  /** Callers can go elsewhere, so that being late to see a recovery costs little. */
  default void avoidable() {}

  /** Something else says that the dependency may be well again. */
  default void hintRecovery(long now) {}

  /** Time until which a permit that brought no evidence keeps its place. */
  long pauseUntil(State state, EvidenceLedger ledger, long now);

  /** Time at which a permit granted now expires. */
  long leaseUntil(EvidenceLedger ledger, long now);

  /** Earliest time at which an OPEN breaker may grant a permit, or a THROTTLED one a probe. */
  long opensForProbesAt();

  /** Most calls in flight while CLOSED or THROTTLED; {@link Integer#MAX_VALUE} when not limited. */
  default int limit() {
    return Integer.MAX_VALUE;
  }

  /** Whether calls in flight must be counted exactly, for the limit is near. */
  default boolean isLimitNear(int inFlight, long now) {
    return false;
  }

  /** A call was refused because of the limit. */
  default void limitMet(long now) {}

  /** Whether calls are being refused because of the limit. */
  default boolean sheds(long now) {
    return false;
  }

  /** A call of CLOSED or THROTTLED ended, or a permitted one of HALF_OPEN. */
  default void ended(Outcome outcome, long durationNanos, int inFlight, long now) {}

  /** Successes of CLOSED that were counted on the call path. */
  default void succeeded(double calls, double sumOfLogSeconds, int inFlight, long now) {}

  /**
   * Whether a success may change the decision while CLOSED, so that each must be judged at once.
   */
  boolean wantsEveryOutcome(EvidenceLedger ledger);

  /**
   * Where to go.
   *
   * @param trigger why, in words
   */
  record Verdict(State state, double share, String trigger) {
    /** Puts the words together only for a move. */
    static Verdict of(State from, State to, double share, Supplier<String> trigger) {
      return new Verdict(to, share, from == to ? "" : trigger.get());
    }
  }
}
