package io.foreguard.circuitbreaker;

import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.internal.EvidenceLedger;
import io.foreguard.internal.Tally;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a breaker counts and nobody decides on. Thread-safe, but for {@link #probes} and {@link
 * #lost}, which the gate's lock guards.
 */
final class Counters {
  final Tally rejected = new Tally();
  final LongAdder stale = new LongAdder();
  final LongAdder shadowRejected = new LongAdder();
  final LongAdder shadowRejectedSucceeded = new LongAdder();

  /** Picks the calls that a share lets through. */
  final AtomicLong dice = new AtomicLong();

  long probes;
  long lost;

  /** Calls that arrived and that the ledger does not hear of: refused ones and late results. */
  long unjudged() {
    return rejected.sum() + shadowRejected.sum() + stale.sum();
  }

  CircuitBreakerMetrics metrics(EvidenceLedger ledger, Leases leases, int minimumCalls) {
    Outcome[] all = Outcome.values();
    long[] outcomes = new long[all.length];
    for (Outcome outcome : all) {
      outcomes[outcome.ordinal()] = ledger.total(outcome);
    }
    return new CircuitBreakerMetrics(
        outcomes,
        probes,
        rejected.sum(),
        shadowRejected.sum(),
        shadowRejectedSucceeded.sum(),
        stale.sum(),
        lost + ledger.lost(),
        ledger.inFlight() + leases.out(),
        CircuitBreakerMetrics.Window.of(ledger.window(), minimumCalls));
  }
}
