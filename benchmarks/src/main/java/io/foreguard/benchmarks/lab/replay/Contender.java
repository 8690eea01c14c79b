package io.foreguard.benchmarks.lab.replay;

import io.foreguard.evidence.Outcome;
import io.foreguard.time.Clock;

/** What decides on the calls of a replay. One instance per replay, on its thread. */
interface Contender {
  /** Whether the call is sent. */
  boolean admits(Attempt attempt, long now);

  /** How a call ended that was sent. */
  void ended(Attempt attempt, Outcome outcome, long now);

  /** Makes the contender of one replay. */
  @FunctionalInterface
  interface Factory {
    Contender create(ReplayLog log, Clock clock);
  }
}
