package io.foreguard.samples.routing;

import java.util.concurrent.atomic.LongAdder;

/** Counts decisions. Thread-safe. */
final class CallCounts {
  private final LongAdder sent = new LongAdder();
  private final LongAdder probes = new LongAdder();
  private final LongAdder rejected = new LongAdder();

  void count(Decision decision) {
    switch (decision) {
      case SENT -> sent.increment();
      case PROBE -> probes.increment();
      case REJECTED -> rejected.increment();
    }
  }

  /** Calls let through, probes included. */
  long admitted() {
    return sent.sum() + probes.sum();
  }

  long probes() {
    return probes.sum();
  }

  long rejected() {
    return rejected.sum();
  }
}
