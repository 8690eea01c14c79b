package io.foreguard.benchmarks.lab.replay;

import io.foreguard.benchmarks.lab.Costs;
import io.foreguard.evidence.Outcome;
import io.foreguard.internal.Require;

/**
 * What things are worth, in units of the value of an answer over that of a fallback: an answer 1, a
 * rejection 0, and a call that fails less than nothing. The defaults are the lab's. Immutable.
 *
 * @param failed cost of a call that fails at once, more than 0
 * @param held further cost of a failure that holds its caller for {@code deadlineNanos}, at least 0
 * @param deadlineNanos more than 0
 */
record Worth(double failed, double held, long deadlineNanos) {
  Worth {
    Require.positive(failed, "failed");
    Require.notNegative(held, "held");
    Require.that(deadlineNanos > 0, "deadlineNanos", "more than 0", deadlineNanos);
  }

  static Worth usual(long deadlineNanos) {
    return new Worth(Costs.FAILED, Costs.HELD, deadlineNanos);
  }

  /** What a call that was sent is worth; one that is not evidence is worth nothing. */
  double of(Outcome outcome, long durationNanos) {
    if (outcome.isFailure()) {
      return -failed - held * Math.min(1, durationNanos / (double) deadlineNanos);
    }
    return outcome == Outcome.IGNORED ? 0 : 1;
  }
}
