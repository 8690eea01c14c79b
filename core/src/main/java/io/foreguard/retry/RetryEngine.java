package io.foreguard.retry;

import io.foreguard.CallRejectedException;
import io.foreguard.internal.RetrySteps;
import io.foreguard.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all views of one retry share, and the only place that calls functions of the configuration:
 * what they throw is contained here. Thread-safe.
 */
final class RetryEngine {
  private static final Logger log = LoggerFactory.getLogger(RetryEngine.class);

  final String name;
  final Clock clock;
  final RetryMetrics metrics = new RetryMetrics();
  final RetryEvents events;
  private final Set<String> reported = ConcurrentHashMap.newKeySet();
  private volatile Settings settings;

  RetryEngine(String name, RetryConfig config, Clock clock) {
    this.name = name;
    this.clock = clock;
    events = new RetryEvents(name, clock);
    settings = new Settings(config, newBudget(config));
  }

  Settings settings() {
    return settings;
  }

  synchronized void reconfigure(RetryConfig config) {
    Settings old = settings;
    boolean keep =
        config.budget().isEmpty()
            && old.config.budget().isEmpty()
            && config.budgetRatio() == old.config.budgetRatio()
            && config.budgetBurst() == old.config.budgetBurst();
    settings = new Settings(config, keep ? old.budget : newBudget(config));
  }

  private static RetryBudget newBudget(RetryConfig config) {
    return config
        .budget()
        .orElseGet(() -> RetryBudget.of(config.budgetRatio(), config.budgetBurst()));
  }

  boolean accepts(RetryConfig config, @Nullable Object result) {
    try {
      return config.accepts(result);
    } catch (Throwable t) {
      report("retryOnResult", "the result is accepted", t);
      return true;
    }
  }

  boolean mayRepeat(RetryConfig config, Throwable failure) {
    if (!(failure instanceof Exception)
        || failure instanceof InterruptedException
        || failure instanceof CancellationException) {
      return false;
    }
    try {
      return config.retryOn().test(failure);
    } catch (Throwable t) {
      report("retryOn", "the call is not repeated", t);
      return false;
    }
  }

  boolean isWorthIt(RetryAdvisor advisor, int attempt, @Nullable Throwable failure) {
    try {
      return advisor.worthRetrying(attempt, failure);
    } catch (Throwable t) {
      report("retryIf", "the retry counts as worth it", t);
      return true;
    }
  }

  /** The shortest wait the failure asks for, zero when it asks for none. */
  Duration retryAfter(RetryConfig config, Throwable failure) {
    Duration refusal =
        failure instanceof CallRejectedException rejected ? rejected.retryAfter() : Duration.ZERO;
    Duration asked = Duration.ZERO;
    try {
      asked = orZero(config.retryAfter().apply(failure));
    } catch (Throwable t) {
      report("retryAfter", "no wait is asked for", t);
    }
    return asked.compareTo(refusal) > 0 ? asked : refusal;
  }

  /** The shortest wait the refused result asks for, zero when it asks for none. */
  Duration retryAfterResult(RetryConfig config, @Nullable Object result) {
    try {
      return orZero(config.retryAfterResult().apply(result));
    } catch (Throwable t) {
      report("retryAfterResult", "no wait is asked for", t);
      return Duration.ZERO;
    }
  }

  private static Duration orZero(Optional<Duration> asked) {
    return asked.orElse(Duration.ZERO);
  }

  /** The wait after {@code attempt}, at least {@code floor}; needs {@code floor <= maxDelay}. */
  long delayNanos(RetryConfig config, int attempt, long previousNanos, long floorNanos) {
    long longest = config.maxDelay().toNanos();
    long delay = Math.min(longest, backoffNanos(config, attempt, previousNanos, longest));
    if (delay >= floorNanos) {
      return delay;
    }
    long spread = Math.min(config.spreadNanos(), longest - floorNanos);
    return floorNanos + drawUpTo(config, spread);
  }

  private long backoffNanos(RetryConfig config, int attempt, long previousNanos, long longest) {
    try {
      Duration previous = Duration.ofNanos(previousNanos);
      Duration delay = config.backoff().delay(attempt, previous, config.random());
      if (!delay.isNegative()) {
        return Nanos.saturated(delay);
      }
      report("backoff", "maxDelay is waited", new IllegalStateException("negative: " + delay));
    } catch (Throwable t) {
      report("backoff", "maxDelay is waited", t);
    }
    return longest;
  }

  private long drawUpTo(RetryConfig config, long spread) {
    try {
      return spread == 0 ? 0 : config.random().nextLong(spread + 1);
    } catch (Throwable t) {
      report("random", "the delay is not spread", t);
      return 0;
    }
  }

  private void report(String function, String consequence, Throwable t) {
    if (reported.add(function)) {
      log.warn(
          "{} of retry {} failed: {}; repeats are logged at DEBUG", function, name, consequence, t);
    } else {
      log.debug("{} of retry {} failed again: {}", function, name, consequence, t);
    }
  }

  /** Settings and the budget that belongs to them, replaced together. */
  static final class Settings implements RetrySteps.Terms {
    private final RetryConfig config;
    private final RetryBudget budget;
    private final boolean unbounded;
    private final boolean acceptsAll;

    Settings(RetryConfig config, RetryBudget budget) {
      this.config = config;
      this.budget = budget;
      unbounded = config.deadlineNanos() == Attempts.UNBOUNDED;
      acceptsAll = config.retryOnResult().isEmpty();
    }

    RetryConfig config() {
      return config;
    }

    RetryBudget budget() {
      return budget;
    }

    /** Whether calls have no deadline. */
    boolean isUnbounded() {
      return unbounded;
    }

    /** Whether every result is accepted. */
    boolean acceptsAll() {
      return acceptsAll;
    }
  }
}
