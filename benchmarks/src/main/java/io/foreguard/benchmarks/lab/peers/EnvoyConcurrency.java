package io.foreguard.benchmarks.lab.peers;

import io.foreguard.evidence.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Envoy's adaptive concurrency filter: a limit that follows {@code limit * gradient + sqrt(limit *
 * gradient)} every 100 ms, the gradient being {@code minRTT * 1.25 / sampleRTT} within 0.5 and 2.
 * Both times are medians. The minimum is measured anew every 60 s, over 50 calls at a concurrency
 * of three, and when the limit has stayed lowest five times in a row.
 *
 * <p>Source: <a
 * href="https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/adaptive_concurrency_filter">its
 * documentation</a>. Jitter of the measurement is left out.
 */
final class EnvoyConcurrency implements Peer {
  private static final int LEAST = 3;
  private static final int MOST = 1_000;
  private static final int MIN_RTT_CALLS = 50;
  private static final long UPDATE_NANOS = 100_000_000L;
  private static final long MIN_RTT_NANOS = 60_000_000_000L;
  private static final double BUFFER = .25;

  private final List<Long> samples = new ArrayList<>();
  private double limit = LEAST;
  private double limitBefore = LEAST;
  private boolean measuring = true;
  private double minRtt;
  private long measuredAt;
  private long nextUpdate;
  private int timesLowest;
  private int inFlight;

  @Override
  public int admit(int attempt, int replica, long now) {
    if (inFlight >= limit()) {
      return REJECT;
    }
    inFlight++;
    return replica;
  }

  int limit() {
    return measuring ? LEAST : (int) limit;
  }

  @Override
  public void ended(Outcome outcome, int replica, long start, long now) {
    inFlight--;
    samples.add(now - start);
    if (measuring) {
      if (samples.size() >= MIN_RTT_CALLS) {
        minRtt = takeMedian();
        measuring = false;
        limit = limitBefore;
        measuredAt = now;
        nextUpdate = now + UPDATE_NANOS;
      }
    } else if (now - nextUpdate >= 0) {
      update(now);
    }
  }

  private void update(long now) {
    nextUpdate = now + UPDATE_NANOS;
    double gradient = minRtt * (1 + BUFFER) / Math.max(1, takeMedian());
    gradient = Math.max(.5, Math.min(2, gradient));
    double next = limit * gradient;
    limit = Math.max(LEAST, Math.min(MOST, next + Math.sqrt(next)));
    timesLowest = limit <= LEAST ? timesLowest + 1 : 0;
    if (timesLowest >= 5 || now - measuredAt >= MIN_RTT_NANOS) {
      measuring = true;
      timesLowest = 0;
      limitBefore = limit;
    }
  }

  private double takeMedian() {
    Collections.sort(samples);
    double median = samples.get(samples.size() / 2);
    samples.clear();
    return median;
  }
}
