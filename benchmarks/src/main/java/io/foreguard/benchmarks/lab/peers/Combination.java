package io.foreguard.benchmarks.lab.peers;

import io.foreguard.evidence.Outcome;

/**
 * What a careful team builds from the usual parts: a breaker on the ratio of failed and slow calls
 * in a window; outlier ejection of replicas, whose calls go to another; a Gradient2 limit; and a
 * retry budget. Its parameters come from a search, so it is the bar that needs no model.
 *
 * <p>Sources: the breaker as in Resilience4j; ejection as in <a
 * href="https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/outlier">Envoy's
 * outlier detection</a>; {@link GradientLimit}; {@link RetryTokens}. Errors that the caller caused
 * are no evidence.
 */
final class Combination implements Peer {
  private final CombinationParameters parameters;
  private final long slowNanos;
  private final SlidingCounts counts;
  private final LastCalls lastCalls;
  private final Node[] nodes;
  private final GradientLimit limit;
  private final RetryTokens budget;
  private State state = State.CLOSED;
  private long changedAt;
  private int halfOpenSent;
  private int halfOpenEnded;
  private int halfOpenFailed;

  Combination(CombinationParameters parameters, Setting setting) {
    this.parameters = parameters;
    slowNanos = (long) (setting.deadlineNanos() * parameters.slowShareOfDeadline());
    counts = new SlidingCounts((long) (parameters.windowSeconds() * 1e9), 10);
    lastCalls = new LastCalls((int) parameters.windowCalls());
    nodes = new Node[setting.replicas()];
    for (int i = 0; i < nodes.length; i++) {
      nodes[i] = new Node();
    }
    limit =
        new GradientLimit(
            parameters.tolerance(),
            parameters.queue(),
            parameters.leastLimit(),
            parameters.mostLimit());
    budget = new RetryTokens(parameters.retryShare(), parameters.retriesPerSecond());
  }

  @Override
  public int admit(int attempt, int replica, long now) {
    if (attempt == 1) {
      budget.onRequest(now);
    }
    if (state == State.OPEN && now - changedAt >= parameters.waitSeconds() * 1e9) {
      change(State.HALF_OPEN, now);
    }
    boolean shut =
        state == State.OPEN
            || (state == State.HALF_OPEN && halfOpenSent >= parameters.halfOpenCalls());
    if (shut || !limit.tryAcquire()) {
      return REJECT;
    }
    if (state == State.HALF_OPEN) {
      halfOpenSent++;
    }
    return route(replica, now);
  }

  private int route(int replica, long now) {
    for (int i = 0; i < nodes.length; i++) {
      int candidate = (replica + i) % nodes.length;
      if (now - nodes[candidate].ejectedUntil >= 0) {
        return candidate;
      }
    }
    return replica;
  }

  @Override
  public void ended(Outcome outcome, int replica, long start, long now) {
    if (outcome == Outcome.CALLER_FAULT) {
      limit.ignored();
      if (state == State.HALF_OPEN && start - changedAt >= 0) {
        halfOpenSent--;
      }
      return;
    }
    if (outcome == Outcome.FAILURE) {
      limit.ignored();
    } else {
      limit.sample(now - start);
    }
    nodes[replica].ended(outcome.isFailure(), now);
    judge(outcome.isFailure() || now - start >= slowNanos, start, now);
  }

  private void judge(boolean bad, long start, long now) {
    if (state == State.CLOSED && start - changedAt >= 0) {
      if (exceeds(bad, now)) {
        change(State.OPEN, now);
      }
    } else if (state == State.HALF_OPEN && start - changedAt >= 0) {
      halfOpenEnded++;
      halfOpenFailed += bad ? 1 : 0;
      if (halfOpenEnded >= parameters.halfOpenCalls()) {
        boolean failing = halfOpenFailed >= parameters.failureRatio() * halfOpenEnded;
        change(failing ? State.OPEN : State.CLOSED, now);
      }
    }
  }

  private boolean exceeds(boolean bad, long now) {
    if (parameters.byCount() == 1) {
      lastCalls.add(bad);
      double least = Math.min(parameters.minimumCalls(), parameters.windowCalls());
      return lastCalls.all >= least && lastCalls.bad >= parameters.failureRatio() * lastCalls.all;
    }
    counts.add(now, 1, bad ? 0 : 1);
    long all = counts.all(now);
    return all >= parameters.minimumCalls()
        && all - counts.good(now) >= parameters.failureRatio() * all;
  }

  private void change(State next, long now) {
    state = next;
    changedAt = now;
    halfOpenSent = 0;
    halfOpenEnded = 0;
    halfOpenFailed = 0;
    counts.clear();
    lastCalls.clear();
  }

  @Override
  public boolean retries(Outcome outcome, long now) {
    return budget.tryWithdraw(now);
  }

  private enum State {
    CLOSED,
    OPEN,
    HALF_OPEN
  }

  /** The last so many calls. */
  private static final class LastCalls {
    private final boolean[] calls;
    private int place;
    private int all;
    private int bad;

    LastCalls(int size) {
      calls = new boolean[size];
    }

    void add(boolean isBad) {
      bad += (isBad ? 1 : 0) - (all == calls.length && calls[place] ? 1 : 0);
      all = Math.min(calls.length, all + 1);
      calls[place] = isBad;
      place = (place + 1) % calls.length;
    }

    void clear() {
      all = 0;
      bad = 0;
    }
  }

  /** One replica. */
  private final class Node {
    private int failuresInARow;
    private int ejections;
    private long ejectedUntil = Long.MIN_VALUE / 2;

    void ended(boolean failed, long now) {
      failuresInARow = failed ? failuresInARow + 1 : 0;
      if (!failed) {
        ejections = Math.max(0, ejections - (now - ejectedUntil > 10_000_000_000L ? 1 : 0));
      }
      if (failuresInARow >= parameters.failuresInARow() && now - ejectedUntil >= 0) {
        eject(now);
      }
    }

    private void eject(long now) {
      int out = 1;
      for (Node node : nodes) {
        out += now - node.ejectedUntil < 0 ? 1 : 0;
      }
      if (out <= parameters.mostEjected() * nodes.length) {
        ejections = Math.min(30, ejections + 1);
        ejectedUntil = now + (long) (1e9 * parameters.ejectionSeconds() * ejections);
        failuresInARow = 0;
      }
    }
  }
}
