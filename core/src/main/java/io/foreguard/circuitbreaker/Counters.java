package io.foreguard.circuitbreaker;

import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.internal.CallSlots;
import io.foreguard.evidence.internal.EvidenceLedger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a breaker counts and nobody decides on. Thread-safe, but for {@link #probes} and {@link
 * #lost}, which the gate's lock guards.
 */
final class Counters {
  private final CallSlots slots;

  /** Refused calls that the slots did not count. */
  final LongAdder rejected = new LongAdder();

  final LongAdder stale = new LongAdder();
  final LongAdder shadowRejected = new LongAdder();
  final LongAdder shadowRejectedSucceeded = new LongAdder();
  long probes;
  long lost;

  Counters(CallSlots slots) {
    this.slots = slots;
  }

  /** Calls that arrived and that the ledger does not hear of: refused ones and late results. */
  long unjudged() {
    return rejected() + shadowRejected.sum() + stale.sum();
  }

  CircuitBreakerMetrics metrics(EvidenceLedger ledger, Leases leases) {
    Outcome[] all = Outcome.values();
    long[] outcomes = new long[all.length];
    for (Outcome outcome : all) {
      outcomes[outcome.ordinal()] = ledger.total(outcome);
    }
    return new CircuitBreakerMetrics(
        outcomes,
        probes,
        rejected(),
        shadowRejected.sum(),
        shadowRejectedSucceeded.sum(),
        stale.sum(),
        lost + ledger.lost(),
        ledger.inFlight() + leases.out());
  }

  private long rejected() {
    return rejected.sum() + slots.refused();
  }
}
