package io.foreguard.hedge;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts of a {@link Hedge} since it was created. Thread-safe; each count is read on its own, so
 * two of them may disagree by the calls that end in between.
 */
public final class HedgeMetrics {
  private final LongAdder calls = new LongAdder();
  private final LongAdder hedges = new LongAdder();
  private final LongAdder wins = new LongAdder();
  private final LongAdder budgetRefusals = new LongAdder();
  private final LongAdder adviceRefusals = new LongAdder();
  private final LongAdder executorRefusals = new LongAdder();

  HedgeMetrics() {}

  /** Calls that were started, however many attempts each took. */
  public long calls() {
    return calls.sum();
  }

  /** Attempts that were started beside others, over all calls. */
  public long hedges() {
    return hedges.sum();
  }

  /** Calls that were answered by another attempt than their first. */
  public long wins() {
    return wins.sum();
  }

  /** Hedges that were due and did not take place, for the given reason. */
  public long refusals(RefusalReason reason) {
    return counter(reason).sum();
  }

  void onCall() {
    calls.increment();
  }

  void onHedge() {
    hedges.increment();
  }

  void onWin() {
    wins.increment();
  }

  void onRefusal(RefusalReason reason) {
    counter(reason).increment();
  }

  private LongAdder counter(RefusalReason reason) {
    return switch (reason) {
      case BUDGET -> budgetRefusals;
      case ADVICE -> adviceRefusals;
      case EXECUTOR -> executorRefusals;
    };
  }
}
