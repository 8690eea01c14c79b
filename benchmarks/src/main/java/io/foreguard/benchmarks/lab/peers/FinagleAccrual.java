package io.foreguard.benchmarks.lab.peers;

import io.foreguard.evidence.Outcome;
import java.util.SplittableRandom;

/**
 * Finagle's default failure accrual, per replica: dead after five failures in a row, or when the
 * moving average of success over 30 s (weight {@code exp(-dt / window)}, at least five requests) is
 * below 80 %. A dead replica gets one probe after 5 s, then after equal-jittered intervals that
 * double up to 300 s. The balancer passes dead replicas over; when all are dead we reject, where
 * Finagle would try one all the same. Its retry budget of 20 % and ten a second goes with it.
 *
 * <p>Source: <a
 * href="https://github.com/twitter/finagle/blob/develop/finagle-core/src/main/scala/com/twitter/finagle/liveness/FailureAccrualPolicy.scala">FailureAccrualPolicy.scala</a>.
 */
final class FinagleAccrual implements Peer {
  private static final double REQUIRED = .8;
  private static final double WINDOW_NANOS = 30e9;
  private static final int MINIMUM = 5;
  private static final int IN_A_ROW = 5;
  private static final double FIRST_SECONDS = 5;
  private static final double LONGEST_SECONDS = 300;

  private final Node[] nodes;
  private final RetryTokens budget = new RetryTokens(.2, 10);
  private final SplittableRandom random;

  FinagleAccrual(int replicas, long seed) {
    nodes = new Node[replicas];
    for (int i = 0; i < replicas; i++) {
      nodes[i] = new Node();
    }
    random = new SplittableRandom(seed);
  }

  @Override
  public int admit(int attempt, int replica, long now) {
    if (attempt == 1) {
      budget.onRequest(now);
    }
    for (int i = 0; i < nodes.length; i++) {
      int candidate = (replica + i) % nodes.length;
      if (nodes[candidate].takes(now)) {
        return candidate;
      }
    }
    return REJECT;
  }

  @Override
  public void ended(Outcome outcome, int replica, long start, long now) {
    nodes[replica].ended(!outcome.isFailure(), now);
  }

  @Override
  public boolean retries(Outcome outcome, long now) {
    return budget.tryWithdraw(now);
  }

  private final class Node {
    private double average = 1;
    private long requests;
    private int failuresInARow;
    private int deaths;
    private boolean dead;
    private boolean probing;
    private long deadUntil;
    private long last;

    boolean takes(long now) {
      if (!dead) {
        return true;
      }
      boolean probe = !probing && now - deadUntil >= 0;
      probing |= probe;
      return probe;
    }

    void ended(boolean success, long now) {
      if (dead) {
        if (probing) {
          afterProbe(success, now);
        }
        return;
      }
      double weight = requests == 0 ? 0 : Math.exp(-(now - last) / WINDOW_NANOS);
      average = weight * average + (1 - weight) * (success ? 1 : 0);
      last = now;
      requests++;
      failuresInARow = success ? 0 : failuresInARow + 1;
      boolean low = requests >= MINIMUM && average < REQUIRED;
      if (!success && (failuresInARow >= IN_A_ROW || low)) {
        die(now);
      }
    }

    private void afterProbe(boolean success, long now) {
      probing = false;
      if (success) {
        dead = false;
        deaths = 0;
        requests = 0;
        failuresInARow = 0;
      } else {
        die(now);
      }
    }

    private void die(long now) {
      double half = FIRST_SECONDS * Math.pow(2, deaths - 1);
      double seconds = deaths == 0 ? FIRST_SECONDS : half + random.nextDouble() * half;
      deadUntil = now + (long) (1e9 * Math.min(LONGEST_SECONDS, seconds));
      deaths = Math.min(20, deaths + 1);
      dead = true;
    }
  }
}
