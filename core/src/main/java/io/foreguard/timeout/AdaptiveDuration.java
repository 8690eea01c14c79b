package io.foreguard.timeout;

import io.foreguard.evidence.LatencyEvidence;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The limit of a time-out that follows the latency of healthy calls. Thread-safe. */
final class AdaptiveDuration {
  /*
   * The limit is a quantile of recent successful latencies times a factor, within bounds, computed
   * anew by one of the calls at most every 100 ms. While calls are shed it stays; while there are
   * only probes it is the longest, so that a dependency that has become slower for good can show it.
   *
   * Calls that the limit cuts off are missing from the latencies that it is computed from, so a slow
   * kind of call that was too rare to be seen at first would be cut off for ever. What is missing
   * is therefore counted: a credit earns 1 with each call and pays 1,000 for each expiration, and
   * when it cannot pay, more than one call in 1,000 is cut off and the limit doubles, as TCP's
   * does (RFC 6298, 5.5). It halves again once the credit is full. A full credit is only read.
   */
  private static final Logger log = LoggerFactory.getLogger(AdaptiveDuration.class);
  private static final long REFRESH_NANOS = 100_000_000L;
  private static final double LEAST_SUCCESSES = 100;
  private static final double KEPT_SHARE = .999;

  /** Share of the limit in force, below which a limit was in force before a doubling. */
  private static final double OUTDATED = .6;

  private static final int PRICE = 1_000;
  private static final int FULL_CREDIT = 5 * PRICE;
  private static final int CREDIT_AFTER_CHANGE = 2 * PRICE;

  private final String name;
  private final TimeoutConfig config;
  private final LatencyEvidence evidence;
  private final AtomicLong refreshAt;
  private final AtomicInteger credit = new AtomicInteger(FULL_CREDIT);
  private final AtomicInteger doublings = new AtomicInteger();
  private volatile Duration current;
  private volatile boolean learning = true;
  private volatile boolean failed;

  AdaptiveDuration(String name, TimeoutConfig config, LatencyEvidence evidence, long now) {
    this.name = name;
    this.config = config;
    this.evidence = evidence;
    refreshAt = new AtomicLong(now);
    current = config.duration();
  }

  /** The limit of a call that starts now. */
  Duration onCall(long now) {
    earn();
    long due = refreshAt.get();
    if (now - due >= 0 && refreshAt.compareAndSet(due, now + REFRESH_NANOS)) {
      refresh();
    }
    return current;
  }

  /** The limit of the last call. */
  Duration current() {
    return current;
  }

  /** Learns that a call was cut off at {@code limit}. */
  void onExpired(Duration limit) {
    if (!learning || seconds(limit) < OUTDATED * seconds(current)) {
      return;
    }
    if (credit.addAndGet(-PRICE) >= 0) {
      return;
    }
    if (limit.compareTo(config.duration()) >= 0) {
      credit.set(0);
      return;
    }
    credit.set(CREDIT_AFTER_CHANGE);
    doublings.incrementAndGet();
    current = bounded(2 * seconds(current));
  }

  private void earn() {
    int before = credit.get();
    if (before >= FULL_CREDIT || !credit.compareAndSet(before, before + 1)) {
      return; // a credit lost to a race is earned by the next call
    }
    if (before + 1 == FULL_CREDIT && doublings.get() > 0) {
      doublings.decrementAndGet();
      credit.set(CREDIT_AFTER_CHANGE);
    }
  }

  private void refresh() {
    try {
      switch (evidence.condition()) {
        case CALM, LOADED -> {
          learning = true;
          current = learned();
        }
        case SHEDDING -> learning = false;
        case DISRUPTED -> {
          learning = false;
          current = config.duration();
        }
      }
    } catch (Throwable t) {
      learning = false;
      current = config.duration();
      report(t);
    }
  }

  private Duration learned() {
    if (!(evidence.successes() >= LEAST_SUCCESSES)) {
      return config.duration();
    }
    double wanted = evidence.quantile(config.quantile()) * config.factor();
    double least = Math.max(seconds(config.minDuration()), evidence.quantile(KEPT_SHARE));
    return bounded(Math.scalb(Math.max(wanted, least), doublings.get()));
  }

  /** NaN, which is what nobody knows, becomes the longest. */
  private Duration bounded(double seconds) {
    Duration longest = config.duration();
    return seconds < seconds(longest) ? Duration.ofNanos(Math.round(seconds * 1e9)) : longest;
  }

  private void report(Throwable t) {
    if (failed) {
      log.debug("The latency evidence of timeout '{}' failed again", name, t);
    } else {
      failed = true;
      log.warn(
          "The latency evidence of timeout '{}' failed; its longest duration holds, repeats are"
              + " logged at DEBUG",
          name,
          t);
    }
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
