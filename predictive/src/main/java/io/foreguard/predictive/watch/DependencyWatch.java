package io.foreguard.predictive.watch;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.event.Topic;
import io.foreguard.event.internal.Emitter;
import io.foreguard.internal.Require;
import io.foreguard.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at one dependency at equal intervals, off the path of its calls: forecasts its load and
 * latency, and, with a detector, says what is unusual about it. Decides nothing. Thread-safe.
 *
 * <pre>{@code
 * DependencyWatch watch = DependencyWatch.start(guard.circuitBreaker(), WatchConfig.defaults());
 * double soon = watch.latest().value(OutlookSignal.ARRIVAL_RATE_FORECAST); // calls/s in two minutes
 * }</pre>
 *
 * <p>Samples are taken on the thread of the breaker's clock, a few microseconds each without a
 * detector. What goes wrong in one is logged once as a warning, and the watch goes on.
 */
public final class DependencyWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DependencyWatch.class);

  private final CircuitBreaker breaker;
  private final Duration interval;
  private final Sampler sampler;
  private final Emitter<Outlook> outlooks;
  private volatile Outlook latest;
  private volatile boolean closed;
  private boolean failed;
  private Clock.@Nullable Cancellable next;

  private DependencyWatch(CircuitBreaker breaker, WatchConfig config) {
    this.breaker = breaker;
    interval = config.interval();
    sampler = new Sampler(breaker, config);
    outlooks = new Emitter<>("watch of '" + breaker.name() + "'");
    latest = sampler.unknown();
  }

  /** Starts watching; the first sample comes one interval from now. */
  public static DependencyWatch start(CircuitBreaker breaker, WatchConfig config) {
    DependencyWatch watch =
        new DependencyWatch(Require.nonNull(breaker, "breaker"), Require.nonNull(config, "config"));
    watch.scheduleNext();
    return watch;
  }

  /** Name of the circuit breaker that is watched. */
  public String name() {
    return breaker.name();
  }

  /** What was known at the latest sample; everything NaN before the first. */
  public Outlook latest() {
    return latest;
  }

  /** Every outlook, told on the clock's thread. */
  public Topic<Outlook> outlooks() {
    return outlooks;
  }

  /** Stops watching; {@link #latest} stays. */
  @Override
  public void close() {
    closed = true;
    synchronized (this) {
      if (next != null) {
        next.cancel();
      }
    }
  }

  private synchronized void scheduleNext() {
    if (!closed) {
      next = breaker.clock().schedule(this::sample, interval);
    }
  }

  private void sample() {
    try {
      Outlook outlook = sampler.sample();
      latest = outlook;
      outlooks.publish(outlook);
    } catch (RuntimeException | LinkageError e) {
      failed(e);
    }
    scheduleNext();
  }

  private void failed(Throwable thrown) {
    if (failed) {
      log.debug("A sample of the watch of '{}' failed", name(), thrown);
    } else {
      failed = true;
      log.warn("A sample of the watch of '{}' failed; it goes on", name(), thrown);
    }
  }
}
