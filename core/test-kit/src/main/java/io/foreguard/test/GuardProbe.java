package io.foreguard.test;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.foreguard.CallRejectedException;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerEvent;
import io.foreguard.circuitbreaker.State;
import io.foreguard.event.Subscription;
import io.foreguard.fallback.Answer;
import io.foreguard.fallback.Fallback;
import io.foreguard.fallback.FallbackServed;
import io.foreguard.guard.FallbackGuard;
import io.foreguard.guard.Guard;
import io.foreguard.guard.Layer;
import io.foreguard.internal.Require;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches a guard and makes calls, in virtual time, and keeps what happened for assertions and for
 * the messages of those that fail.
 *
 * <pre>{@code
 * GuardProbe probe = GuardProbe.of(profiles); // a Guard or a FallbackGuard
 * probe.call(100, Duration.ofMillis(50), () -> service.profile("c1"));
 * assertThat(probe).sentAtMost(20);
 * assertThat(probe.last()).isStale().hasAge(Duration.ofSeconds(5));
 * }</pre>
 *
 * <p>What it calls is the code under test, which calls the guard; the probe listens to the guard.
 * It counts from its creation on; refusals by the breakers of keys it does not see. Thread-safe;
 * the calls that it makes are made one at a time.
 */
public final class GuardProbe implements AutoCloseable {
  private static final int MOST_MOMENTS = 1_000;
  private static final int TOLD_MOMENTS = 25;

  private final Guard guard;
  private final VirtualTime time;
  private final boolean bulkheadIsInside;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final Deque<String> moments = new ArrayDeque<>();

  @GuardedBy("lock")
  private final Map<Answer.Source, Long> served = new EnumMap<>(Answer.Source.class);

  @GuardedBy("lock")
  private @Nullable FallbackServed lastServed;

  @GuardedBy("lock")
  private @Nullable CallReport<?> last;

  @GuardedBy("lock")
  private @Nullable Duration firstOpened;

  @GuardedBy("lock")
  private long dropped;

  @GuardedBy("lock")
  private long ended;

  @GuardedBy("lock")
  private long rejected;

  @GuardedBy("lock")
  private long retries;

  @GuardedBy("lock")
  private long timeouts;

  @GuardedBy("lock")
  private long made;

  private GuardProbe(Guard guard) {
    this.guard = Require.nonNull(guard, "guard");
    CircuitBreaker breaker = guard.circuitBreaker();
    if (!(breaker.clock() instanceof VirtualTime virtual)) {
      throw new IllegalArgumentException(
          "the guard must live in virtual time, but '"
              + guard.name()
              + "' lives by "
              + breaker.clock()
              + "; build it with .clock(time), or take it from time.newRegistry()");
    }
    time = virtual;
    bulkheadIsInside =
        guard.order().indexOf(Layer.CIRCUIT_BREAKER) < guard.order().indexOf(Layer.BULKHEAD);
    listen(breaker);
    time.add(this);
  }

  /**
   * A probe of {@code guard}.
   *
   * @throws IllegalArgumentException if the guard does not live in virtual time
   */
  public static GuardProbe of(Guard guard) {
    return new GuardProbe(guard);
  }

  /**
   * A probe of {@code guard} and of its fallback.
   *
   * @throws IllegalArgumentException if the guard does not live in virtual time
   */
  public static GuardProbe of(FallbackGuard<?> guard) {
    return new GuardProbe(guard.guard()).watching(guard.fallback());
  }

  /** Watches {@code fallback} too. */
  @CanIgnoreReturnValue
  public GuardProbe watching(Fallback<?> fallback) {
    subscriptions.add(fallback.served().subscribe(this::onServed));
    return this;
  }

  /** The guard that is watched. */
  public Guard guard() {
    return guard;
  }

  /** The time that the guard lives in. */
  public VirtualTime time() {
    return time;
  }

  /** Runs {@code code} once and reports what came of it; what it throws is reported, not thrown. */
  @CanIgnoreReturnValue
  public <T extends @Nullable Object> CallReport<T> call(Callable<? extends T> code) {
    Require.nonNull(code, "code");
    Start start = start();
    T value;
    try {
      value = code.call();
    } catch (Exception e) {
      return report(start, null, e);
    }
    return report(start, value, null);
  }

  /**
   * Runs {@code code} so many times, one after the other: a call each {@code interval} of virtual
   * time, or when the call before has ended, if that is later. No time passes after the last.
   *
   * @return the reports, in the order of the calls
   * @throws IllegalArgumentException if {@code times} is less than 1, or the interval is negative
   */
  @CanIgnoreReturnValue
  public <T extends @Nullable Object> List<CallReport<T>> call(
      int times, Duration interval, Callable<? extends T> code) {
    Require.that(times >= 1, "times", "at least 1", times);
    Require.notNegative(interval, "interval");
    List<CallReport<T>> reports = new ArrayList<>(times);
    Duration due = time.elapsed();
    for (int i = 0; i < times; i++) {
      Duration wait = due.minus(time.elapsed());
      if (!wait.isNegative()) {
        time.advance(wait);
      }
      reports.add(call(code));
      due = due.plus(interval);
    }
    return reports;
  }

  /** Starts {@code code}, moves time until its stage is done, and reports what came of it. */
  @CanIgnoreReturnValue
  public <T extends @Nullable Object> CallReport<T> callAsync(
      Supplier<? extends CompletionStage<T>> code) {
    Require.nonNull(code, "code");
    return call(() -> time.await(code.get()));
  }

  /**
   * The report of the last call that this probe made.
   *
   * @throws IllegalStateException if it made none
   */
  public CallReport<?> last() {
    synchronized (lock) {
      if (last == null) {
        throw new IllegalStateException("The probe has made no call yet");
      }
      return last;
    }
  }

  /** Attempts that breaker and bulkhead let through, those in flight included. */
  public long sent() {
    int inFlight = guard.circuitBreaker().metrics().inFlight();
    synchronized (lock) {
      return ended + inFlight;
    }
  }

  /** Attempts that the breaker or a bulkhead refused. */
  public long rejected() {
    synchronized (lock) {
      return rejected;
    }
  }

  /** Further attempts that the retry decided to make. */
  public long retries() {
    synchronized (lock) {
      return retries;
    }
  }

  /** Attempts that ran out of time. */
  public long timeouts() {
    synchronized (lock) {
      return timeouts;
    }
  }

  /** Failed calls that a watched fallback answered from {@code source}. */
  public long served(Answer.Source source) {
    synchronized (lock) {
      return served.getOrDefault(source, 0L);
    }
  }

  /** Virtual time at which the circuit opened first; empty if it did not. */
  public Optional<Duration> firstOpened() {
    synchronized (lock) {
      return Optional.ofNullable(firstOpened);
    }
  }

  /** What the breaker thinks, and the last things that happened, a line each. */
  public String history() {
    StringBuilder text = new StringBuilder();
    text.append("Guard '").append(guard.name()).append("' at ").append(at()).append(": ");
    text.append(guard.circuitBreaker().explain()).append('\n');
    synchronized (lock) {
      int skipped = Math.max(0, moments.size() - TOLD_MOMENTS);
      if (skipped + dropped > 0) {
        text.append("  ... ").append(skipped + dropped).append(" moments before\n");
      }
      moments.stream().skip(skipped).forEach(line -> text.append("  ").append(line).append('\n'));
    }
    return text.toString();
  }

  /** Listens no longer. */
  @Override
  public void close() {
    subscriptions.forEach(Subscription::close);
    time.remove(this);
  }

  @Override
  public String toString() {
    return "GuardProbe[" + guard.name() + ", sent " + sent() + ", rejected " + rejected() + ']';
  }

  private void listen(CircuitBreaker breaker) {
    subscriptions.add(breaker.events().onTransition(this::onTransition));
    subscriptions.add(breaker.events().onRejection(this::onRejection));
    subscriptions.add(
        breaker
            .events()
            .onCall(
                (outcome, nanos, probe) -> {
                  synchronized (lock) {
                    ended++;
                  }
                  note(
                      (probe ? "probe ended: " : "ended: ")
                          + outcome
                          + " after "
                          + Times.words(Duration.ofNanos(nanos)));
                }));
    guard
        .bulkhead()
        .ifPresent(part -> subscriptions.add(part.rejections().subscribe(e -> onFull())));
    guard
        .threadPoolBulkhead()
        .ifPresent(part -> subscriptions.add(part.rejections().subscribe(e -> onFull())));
    guard
        .retry()
        .ifPresent(retry -> subscriptions.add(retry.events().onRetry(e -> onRetry(e.delay()))));
    guard
        .timeout()
        .ifPresent(part -> subscriptions.add(part.timeouts().subscribe(e -> onTimeout(e.limit()))));
  }

  private void onTransition(CircuitBreakerEvent.Transition event) {
    synchronized (lock) {
      if (event.to() == State.OPEN && firstOpened == null) {
        firstOpened = time.elapsed();
      }
    }
    note(event.from() + " -> " + event.to() + ": " + event.trigger());
  }

  private void onRejection(CircuitBreakerEvent.Rejection event) {
    if (event.shadow()) {
      note("would have rejected: " + event.reason());
      return;
    }
    synchronized (lock) {
      rejected++;
    }
    note("rejected: " + event.reason() + ", retry after " + Times.words(event.retryAfter()));
  }

  private void onFull() {
    synchronized (lock) {
      rejected++;
      if (bulkheadIsInside) {
        ended--; // the breaker, which let it through, tells of its end as well
      }
    }
    note("rejected: the bulkhead is full");
  }

  private void onRetry(Duration delay) {
    synchronized (lock) {
      retries++;
    }
    note("retrying after " + Times.words(delay));
  }

  private void onTimeout(Duration limit) {
    synchronized (lock) {
      timeouts++;
    }
    note("out of time after " + Times.words(limit));
  }

  private void onServed(FallbackServed event) {
    synchronized (lock) {
      served.merge(event.source(), 1L, Long::sum);
      lastServed = event;
    }
    note("fallback answered: " + event.source() + ", age " + Times.words(event.age()));
  }

  private String at() {
    return Times.words(time.elapsed());
  }

  private void note(String what) {
    String line = String.format("%10s  %s", at(), what);
    synchronized (lock) {
      if (moments.size() == MOST_MOMENTS) {
        moments.remove();
        dropped++;
      }
      moments.add(line);
    }
  }

  private Start start() {
    long attempts = sent();
    synchronized (lock) {
      made++;
      lastServed = null;
      return new Start(made, time.elapsed(), attempts);
    }
  }

  private <T extends @Nullable Object> CallReport<T> report(
      Start start, @Nullable T value, @Nullable Exception failure) {
    long attempts = sent() - start.sent;
    CallReport<T> report;
    synchronized (lock) {
      report =
          new CallReport<>(
              this,
              start.number,
              start.at,
              time.elapsed().minus(start.at),
              attempts,
              value,
              failure,
              provenance(value, failure));
      last = report;
    }
    note("call " + report.words());
    return report;
  }

  @GuardedBy("lock")
  private CallReport.Provenance provenance(@Nullable Object value, @Nullable Exception failure) {
    if (value instanceof Answer<?> answer) {
      return new CallReport.Provenance(answer.source(), answer.age(), answer.cause().orElse(null));
    }
    FallbackServed event = lastServed;
    if (event != null && failure == null) {
      return new CallReport.Provenance(event.source(), event.age(), event.cause());
    }
    return new CallReport.Provenance(Answer.Source.FRESH, Duration.ZERO, failure);
  }

  private record Start(long number, Duration at, long sent) {}

  /** The refusal that {@code thrown} is, if it is one. */
  static Optional<CallRejectedException> rejection(@Nullable Throwable thrown) {
    return thrown instanceof CallRejectedException refusal
        ? Optional.of(refusal)
        : Optional.empty();
  }
}
