package io.foreguard.circuitbreaker;

import io.foreguard.evidence.LatencyEvidence;
import io.foreguard.evidence.Signal;
import io.foreguard.evidence.Signals;

/** The latency that a breaker has seen, and whether it is that of a healthy dependency. */
final class GateLatency implements LatencyEvidence {
  /** Refusals by the dependency among recent calls, from which on it is loaded. */
  private static final double REJECTED_SHARE = .01;

  /** Time-outs among recent calls, from which on the dependency is loaded. */
  private static final double TIMEOUT_SHARE = .02;

  /** Recent latency over its healthy value, from which on the dependency is loaded. */
  private static final double SLOWER = 1.5;

  /** Overdue share of the calls in flight, from which on it is not some stragglers. */
  private static final double OVERDUE_SHARE = .1;

  private final Gate gate;

  GateLatency(Gate gate) {
    this.gate = gate;
  }

  @Override
  public Condition condition() {
    long word = gate.word();
    Mode mode = Tokens.mode(word);
    if (mode == Mode.DISABLED || mode == Mode.FORCED_OPEN) {
      return Condition.DISRUPTED;
    }
    return switch (Tokens.state(word)) {
      case CLOSED -> isLoaded(gate.lastSignals()) ? Condition.LOADED : Condition.CALM;
      case THROTTLED -> Condition.SHEDDING;
      case OPEN, HALF_OPEN -> Condition.DISRUPTED;
    };
  }

  @Override
  public double successes() {
    return gate.latencySamples();
  }

  @Override
  public double quantile(double q) {
    return gate.latencyQuantile(q);
  }

  /** One straggler is no load: it is what a second attempt is for. */
  private static boolean isLoaded(Signals signals) {
    double overdue = signals.value(Signal.OVERDUE);
    return signals.value(Signal.REJECTED_SHARE) >= REJECTED_SHARE
        || signals.value(Signal.TIMEOUT_SHARE) >= TIMEOUT_SHARE
        || signals.value(Signal.LATENCY_FAST) > SLOWER * signals.value(Signal.LATENCY_BASELINE)
        || (overdue > 1 && overdue > OVERDUE_SHARE * signals.value(Signal.IN_FLIGHT));
  }
}
