package io.foreguard.hedge;

import io.foreguard.evidence.LatencyEvidence;
import io.foreguard.retry.RetryBudget;
import io.foreguard.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all views of one hedge share, and the only place that calls functions of the configuration:
 * what they throw is contained here. Thread-safe.
 */
final class HedgeEngine {
  private static final Logger log = LoggerFactory.getLogger(HedgeEngine.class);

  final String name;
  final Clock clock;
  final HedgeMetrics metrics = new HedgeMetrics();
  final HedgeEvents events;
  private final Set<String> reported = ConcurrentHashMap.newKeySet();
  private @Nullable LatencyEvidence evidence;
  private volatile Settings settings;

  HedgeEngine(String name, HedgeConfig config, Clock clock) {
    this.name = name;
    this.clock = clock;
    events = new HedgeEvents(name, clock);
    settings = new Settings(config, newBudget(config), newDelay(config));
  }

  Settings settings() {
    return settings;
  }

  synchronized void reconfigure(HedgeConfig config) {
    Settings old = settings;
    boolean keep =
        config.budget().isEmpty()
            && old.config.budget().isEmpty()
            && config.budgetRatio() == old.config.budgetRatio()
            && config.budgetBurst() == old.config.budgetBurst();
    settings = new Settings(config, keep ? old.budget : newBudget(config), newDelay(config));
  }

  synchronized void follow(LatencyEvidence latency) {
    evidence = latency;
    Settings old = settings;
    settings = new Settings(old.config, old.budget, newDelay(old.config));
  }

  /** Counts a call that starts; answers how long to wait before its hedge, null for no hedge. */
  @Nullable Duration onCall(Settings settings) {
    metrics.onCall();
    settings.budget.onRequest();
    return delay(settings);
  }

  @Nullable Duration delay(Settings settings) {
    try {
      return settings.delay.next(settings.delay.isTimed() ? clock.nanoTime() : 0);
    } catch (Throwable t) {
      report("Latency evidence", "calls are not hedged", t);
      return null;
    }
  }

  /** Whether another attempt may start now; takes it from the budget. */
  boolean mayHedge(Settings settings, List<HedgeAdvisor> advisors, int attempts) {
    boolean worthIt = isWorthIt(settings.config.hedgeIf(), attempts);
    for (int i = 0; worthIt && i < advisors.size(); i++) {
      worthIt = isWorthIt(advisors.get(i), attempts);
    }
    if (!worthIt) {
      refused(attempts, RefusalReason.ADVICE);
      return false;
    }
    if (!settings.budget.tryWithdraw()) {
      refused(attempts, RefusalReason.BUDGET);
      return false;
    }
    return true;
  }

  void hedging(int attempts, Duration delay) {
    metrics.onHedge();
    events.hedged(attempts, delay);
  }

  void won(int attempts) {
    metrics.onWin();
    events.won(attempts);
  }

  void refused(int attempts, RefusalReason reason) {
    metrics.onRefusal(reason);
    events.refused(attempts, reason);
  }

  void report(String function, String consequence, Throwable t) {
    if (reported.add(function)) {
      log.warn(
          "{} of hedge '{}' failed: {}; repeats are logged at DEBUG",
          function,
          name,
          consequence,
          t);
    } else {
      log.debug("{} of hedge '{}' failed again: {}", function, name, consequence, t);
    }
  }

  private boolean isWorthIt(HedgeAdvisor advisor, int attempts) {
    try {
      return advisor.worthHedging(attempts);
    } catch (Throwable t) {
      report("An advisor", "the call is not hedged", t);
      return false;
    }
  }

  private HedgeDelay newDelay(HedgeConfig config) {
    return new HedgeDelay(config, evidence, metrics, clock.nanoTime());
  }

  private static RetryBudget newBudget(HedgeConfig config) {
    return config
        .budget()
        .orElseGet(() -> RetryBudget.of(config.budgetRatio(), config.budgetBurst()));
  }

  /** Settings and what belongs to them, replaced together. */
  record Settings(HedgeConfig config, RetryBudget budget, HedgeDelay delay) {}
}
