package io.foreguard.circuitbreaker;

import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.LearningModel;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signals;
import io.foreguard.time.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the configured model, outside every lock and never twice at the same time, and decides
 * whether to believe it. Thread-safe.
 *
 * <p>A model that throws, answers null or is slower than its budget has a fault. Three in a row,
 * three failures to learn, or no answer at all for a second, demote it to the default model, for 30
 * seconds and twice as long each time after that, up to ten minutes. Then it is asked again, and
 * three good answers restore it. Abstaining is no fault. A model that says itself that it must not
 * decide (see {@link SuccessModel#distrust}) is believed; when it changes its mind, that is told.
 */
final class ModelSupervisor {
  private static final Logger log = LoggerFactory.getLogger(ModelSupervisor.class);
  private static final int FAULTS_TO_DEMOTE = 3;
  private static final int ANSWERS_TO_RESTORE = 3;
  private static final long FIRST_DEMOTION = 30_000_000_000L;
  private static final long LONGEST_DEMOTION = 600_000_000_000L;
  private static final long MISSING_AFTER = 1_000_000_000L;
  private static final long BACKGROUND_INTERVAL = 100_000_000L;

  private final String circuitBreaker;
  private final SuccessModel model;
  private final @Nullable LearningModel learner;
  private final String modelName;
  private final boolean cheap;
  private final long budgetNanos;
  private final Executor executor;
  private final Clock clock;
  private final BiConsumer<Boolean, String> onChange;
  private final AtomicBoolean asking = new AtomicBoolean();
  private final AtomicBoolean silent = new AtomicBoolean();
  private final AtomicBoolean warned = new AtomicBoolean();
  private final AtomicInteger unlearned = new AtomicInteger();
  private volatile @Nullable Estimate latest;
  private volatile long askedAt;
  private volatile boolean demoted;

  private volatile long askAgainAt;
  private long demotion = FIRST_DEMOTION; // guarded by this

  private @Nullable Signals lastSeen; // guarded by the gate's lock
  private int faults; // these two belong to whoever asks
  private int goodAnswers;
  private boolean distrusted;

  /**
   * Creates a supervisor.
   *
   * @param onChange hears of demotion (true) and restoration (false), with the reason
   */
  ModelSupervisor(
      String circuitBreaker,
      SuccessModel model,
      long budgetNanos,
      Executor executor,
      Clock clock,
      BiConsumer<Boolean, String> onChange) {
    this.circuitBreaker = circuitBreaker;
    this.model = model;
    learner = model instanceof LearningModel learning ? learning : null;
    modelName = model.name();
    cheap = model.isCheap();
    this.budgetNanos = budgetNanos;
    this.executor = executor;
    this.clock = clock;
    this.onChange = onChange;
    askedAt = clock.nanoTime() - BACKGROUND_INTERVAL;
    distrusted = !model.distrust().isEmpty();
  }

  /** Tells a model that learns how a call ended. No lock may be held. */
  void learn(Outcome outcome, long durationNanos, boolean probe, long now) {
    LearningModel taught = learner;
    if (taught == null) {
      return;
    }
    try {
      taught.learn(outcome, durationNanos, probe, now);
    } catch (Throwable t) {
      cannotLearn(t);
    }
  }

  /** A model that fails to learn knows less than it seems to, however well it answers. */
  private void cannotLearn(Throwable cause) {
    latest = null;
    if (unlearned.incrementAndGet() >= FAULTS_TO_DEMOTE) {
      unlearned.set(0);
      demote("it threw " + cause + " when it was to learn", cause);
    }
  }

  /** Keeps what the model is to see next. Guarded by the gate's lock, as {@link #lastSeen} is. */
  void see(Signals signals) {
    lastSeen = signals;
  }

  /** What the breaker saw last; null before its first look. */
  @Nullable Signals lastSeen() {
    return lastSeen;
  }

  /**
   * The estimate to act on. The model may act before failures show, so its estimate goes first; but
   * when the default model is sure that calls fail, a model that has not noticed is overruled.
   */
  Estimate combine(Estimate byDefault, double threshold, long now) {
    Estimate answer = latest;
    boolean missing = asking.get() && now - askedAt > MISSING_AFTER;
    if (answer == null || answer.isAbstention() || demoted || missing) {
      return byDefault;
    }
    boolean plainlyFailing = !byDefault.isAbstention() && byDefault.upper() < threshold;
    return plainlyFailing && byDefault.probability() < answer.probability() ? byDefault : answer;
  }

  /**
   * Asks the model if it is time to; {@code onAnswer} runs after a new answer, unless the model
   * abstained before and still does: then nothing has changed. No lock may be held.
   */
  void consult(Signals signals, Runnable onAnswer) {
    long now = signals.nanoTime();
    if (asking.get()) {
      noticeSilence(now);
      return;
    }
    boolean due = cheap || now - askedAt >= BACKGROUND_INTERVAL;
    if (!due || !asking.compareAndSet(false, true)) {
      return;
    }
    if (demoted && now - askAgainAt < 0) {
      asking.set(false);
      return;
    }
    askedAt = now;
    try {
      if (cheap) {
        ask(signals, onAnswer);
      } else {
        executor.execute(() -> ask(signals, onAnswer));
      }
    } catch (Throwable t) { // the executor refuses: as good as a model that does not answer
      fault("it could not be run: " + t, t);
      asking.set(false);
    }
  }

  private void ask(Signals signals, Runnable onAnswer) {
    boolean silentBefore = abstains();
    try {
      long start = clock.nanoTime();
      Estimate answer = model.estimate(signals);
      long took = clock.nanoTime() - start;
      if (answer == null) {
        fault("it answered null", null);
      } else if (took > budgetNanos) {
        fault("it took " + took / 1_000 + " us, more than its budget", null);
      } else {
        latest = answer;
        answered();
        noticeDistrust();
      }
    } catch (Throwable t) {
      fault("it threw " + t, t);
    } finally {
      silent.set(false);
      asking.set(false);
    }
    if (!silentBefore || !abstains()) {
      onAnswer.run();
    }
  }

  private boolean abstains() {
    Estimate answer = latest;
    return answer == null || answer.isAbstention();
  }

  /** A model that does not answer at all is demoted at once: no second question would reach it. */
  private void noticeSilence(long now) {
    boolean missing = now - askedAt > MISSING_AFTER;
    if (missing && silent.compareAndSet(false, true)) {
      demote("it has not answered for " + MISSING_AFTER / 1_000_000_000L + " s", null);
    }
  }

  private void answered() {
    faults = 0;
    if (demoted && ++goodAnswers >= ANSWERS_TO_RESTORE) {
      demoted = false;
      log.info("Circuit breaker '{}' trusts model '{}' again", circuitBreaker, modelName);
      onChange.accept(false, "it answered well " + ANSWERS_TO_RESTORE + " times");
    }
  }

  private void noticeDistrust() {
    String reason = model.distrust();
    boolean now = !reason.isEmpty();
    if (now != distrusted) {
      distrusted = now;
      if (!demoted) {
        onChange.accept(now, now ? reason : "its predictions have proved good");
      }
    }
  }

  private void fault(String reason, @Nullable Throwable cause) {
    latest = null;
    goodAnswers = 0;
    if (demoted) {
      waitLonger();
    } else if (++faults >= FAULTS_TO_DEMOTE) {
      faults = 0;
      demote(reason, cause);
    }
  }

  private void demote(String reason, @Nullable Throwable cause) {
    if (!startDemotion()) {
      return;
    }
    if (warned.compareAndSet(false, true)) {
      log.warn(
          "Circuit breaker '{}' no longer trusts model '{}': {}; the default model decides instead",
          circuitBreaker,
          modelName,
          reason,
          cause);
    } else {
      log.debug("Circuit breaker '{}' demotes '{}': {}", circuitBreaker, modelName, reason);
    }
    onChange.accept(true, reason);
  }

  private synchronized boolean startDemotion() {
    if (demoted) {
      return false;
    }
    waitLonger();
    demoted = true;
    return true;
  }

  private synchronized void waitLonger() {
    askAgainAt = clock.nanoTime() + demotion;
    demotion = Math.min(LONGEST_DEMOTION, 2 * demotion);
  }
}
