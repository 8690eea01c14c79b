package io.foreguard.benchmarks.lab.peers;

/**
 * A retry budget as in Finagle: retries may be a share of the requests, plus so many a second in
 * reserve, over ten seconds.
 *
 * <p>Source: <a
 * href="https://github.com/twitter/finagle/blob/develop/finagle-core/src/main/scala/com/twitter/finagle/service/RetryBudget.scala">RetryBudget.scala</a>.
 * We keep one bucket of at most ten seconds' worth, where Finagle expires tokens one by one.
 */
final class RetryTokens {
  private static final double SECONDS = 10;

  private final double share;
  private final double perSecond;
  private double deposited;
  private double reserve;
  private long last = Long.MIN_VALUE;

  RetryTokens(double share, double perSecond) {
    this.share = share;
    this.perSecond = perSecond;
    reserve = SECONDS * perSecond;
  }

  void onRequest(long now) {
    refill(now);
    deposited += share;
  }

  boolean tryWithdraw(long now) {
    refill(now);
    if (deposited >= 1) {
      deposited--;
      return true;
    }
    if (reserve >= 1) {
      reserve--;
      return true;
    }
    return false;
  }

  private void refill(long now) {
    if (last != Long.MIN_VALUE) {
      double seconds = (now - last) / 1e9;
      reserve = Math.min(SECONDS * perSecond, reserve + seconds * perSecond);
      deposited *= Math.exp(-seconds / SECONDS);
    }
    last = now;
  }
}
