package io.foreguard.spring.endpoint;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerEvent;
import io.foreguard.event.Subscription;
import io.foreguard.registry.ForeguardRegistry;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;

/**
 * The last events of every circuit breaker: what changed, and rejections apart from that, so that
 * an outage does not push out what began it. Of rejections one a second is kept at most, with how
 * many there were since the one before; nothing is kept of calls that were admitted. Thread-safe.
 */
final class EventLog implements DisposableBean {
  private static final long SAMPLE_NANOS = 1_000_000_000L;
  private static final int RECENT = 200;

  private final int kept;
  private final AtomicLong sequence = new AtomicLong();
  private final Ring<Noted> recent = new Ring<>(RECENT);
  private final Map<CircuitBreaker, Journal> journals = new ConcurrentHashMap<>();
  private final Subscription subscription;

  /**
   * A log of what happens from now on.
   *
   * @param kept changes of one circuit breaker, and as many of its rejections; at least one
   */
  EventLog(ForeguardRegistry registry, int kept) {
    this.kept = kept;
    subscription =
        registry
            .circuitBreakers()
            .observe(
                breaker -> journals.put(breaker, new Journal(breaker)),
                breaker -> close(journals.remove(breaker)));
  }

  /** The last events of {@code breaker}, newest first. */
  List<Noted> of(CircuitBreaker breaker) {
    Journal journal = journals.get(breaker);
    if (journal == null) {
      return List.of();
    }
    List<Noted> all = journal.changes.newestFirst();
    all.addAll(journal.rejections.newestFirst());
    all.sort(Comparator.comparingLong(Noted::sequence).reversed());
    return all;
  }

  /** The last events of all, rejections left out, newest first. */
  List<Noted> recent() {
    return recent.newestFirst();
  }

  @Override
  public void destroy() {
    subscription.close();
    journals.values().forEach(EventLog::close);
    journals.clear();
  }

  private static void close(@Nullable Journal journal) {
    if (journal != null) {
      journal.subscription.close();
    }
  }

  /**
   * An event that was kept.
   *
   * @param sequence grows with each event of any circuit breaker
   * @param untold rejections since the one kept before
   */
  record Noted(long sequence, CircuitBreakerEvent event, long untold) {}

  /** What is kept of one circuit breaker. */
  private final class Journal {
    private final CircuitBreaker breaker;
    private final Ring<Noted> changes = new Ring<>(kept);
    private final Ring<Noted> rejections = new Ring<>(kept);
    private final AtomicLong nextSample;
    private final LongAdder untold = new LongAdder();
    private final Subscription subscription;

    Journal(CircuitBreaker breaker) {
      this.breaker = breaker;
      nextSample = new AtomicLong(breaker.clock().nanoTime());
      subscription = breaker.events().onAny(this::note);
    }

    private void note(CircuitBreakerEvent event) {
      if (event instanceof CircuitBreakerEvent.Rejection) {
        sample(event);
      } else {
        Noted noted = new Noted(sequence.incrementAndGet(), event, 0);
        changes.add(noted);
        recent.add(noted);
      }
    }

    private void sample(CircuitBreakerEvent event) {
      long now = breaker.clock().nanoTime();
      long due = nextSample.get();
      if (now - due < 0 || !nextSample.compareAndSet(due, now + SAMPLE_NANOS)) {
        untold.increment();
        return;
      }
      rejections.add(new Noted(sequence.incrementAndGet(), event, untold.sumThenReset()));
    }
  }
}
