package io.foreguard.benchmarks.lab.peers;

import io.foreguard.evidence.Outcome;

/**
 * A breaker of the usual kind: opens when at least so many calls in a window failed at such a
 * ratio, lets one probe through after a while, and closes when it succeeds.
 *
 * <p>Sources: <a href="https://www.pollydocs.org/strategies/circuit-breaker.html">Polly v8</a>:
 * ratio 0.1 of at least 100 calls in 30 s, 5 s break; <a
 * href="https://sentinelguard.io/en-us/docs/circuit-breaking.html">Sentinel</a>: error ratio (0.5
 * here, for it has no default) of at least 5 calls in one window of 1 s, 10 s break.
 */
final class RatioBreaker implements Peer {
  private final double ratio;
  private final int minimum;
  private final long breakNanos;
  private final CallerFaults callerFaults;
  private final SlidingCounts counts;
  private boolean open;
  private boolean probing;
  private long blockedUntil;

  private RatioBreaker(
      double ratio, int minimum, SlidingCounts counts, double breakSeconds, CallerFaults faults) {
    this.ratio = ratio;
    this.minimum = minimum;
    this.counts = counts;
    breakNanos = (long) (breakSeconds * 1e9);
    callerFaults = faults;
  }

  static RatioBreaker polly(CallerFaults faults) {
    return new RatioBreaker(.1, 100, new SlidingCounts(30_000_000_000L, 10), 5, faults);
  }

  static RatioBreaker sentinel(CallerFaults faults) {
    return new RatioBreaker(.5, 5, new SlidingCounts(1_000_000_000L, 1), 10, faults);
  }

  @Override
  public int admit(int attempt, int replica, long now) {
    if (!open) {
      return replica;
    }
    if (probing || now - blockedUntil < 0) {
      return REJECT;
    }
    probing = true;
    return replica;
  }

  @Override
  public void ended(Outcome outcome, int replica, long start, long now) {
    boolean failed = callerFaults.isFailure(outcome);
    if (open) {
      if (probing && start - blockedUntil >= 0) {
        afterProbe(failed, now);
      }
    } else if (failed || callerFaults.isSuccess(outcome)) {
      counts.add(now, 1, failed ? 0 : 1);
      long all = counts.all(now);
      if (failed && all >= minimum && all - counts.good(now) >= ratio * all) {
        open(now);
      }
    }
  }

  private void afterProbe(boolean failed, long now) {
    if (failed) {
      open(now);
    } else {
      open = false;
      probing = false;
      counts.clear();
    }
  }

  private void open(long now) {
    open = true;
    probing = false;
    blockedUntil = now + breakNanos;
  }
}
