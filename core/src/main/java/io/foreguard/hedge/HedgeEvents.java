package io.foreguard.hedge;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.event.Subscription;
import io.foreguard.event.internal.Emitter;
import io.foreguard.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * Where to listen to a {@link Hedge}.
 *
 * <p>Hedges and refusals are told on the clock's thread, wins on the thread that ended the attempt
 * before the caller learns of it; never with a lock held. A listener that throws harms neither the
 * call nor other listeners. Thread-safe.
 */
public final class HedgeEvents {
  private final String hedge;
  private final Clock clock;
  private final Emitter<HedgeEvent.Hedged> hedged;
  private final Emitter<HedgeEvent.HedgeWon> won;
  private final Emitter<HedgeEvent.Refused> refused;

  HedgeEvents(String hedge, Clock clock) {
    this.hedge = hedge;
    this.clock = clock;
    String owner = "hedge '" + hedge + "'";
    hedged = new Emitter<>(owner);
    won = new Emitter<>(owner);
    refused = new Emitter<>(owner);
  }

  /** Listens to attempts that are started beside others. */
  @CanIgnoreReturnValue
  public Subscription onHedge(Consumer<? super HedgeEvent.Hedged> listener) {
    return hedged.subscribe(listener);
  }

  /** Listens to calls that are answered by another attempt than their first. */
  @CanIgnoreReturnValue
  public Subscription onHedgeWon(Consumer<? super HedgeEvent.HedgeWon> listener) {
    return won.subscribe(listener);
  }

  /** Listens to hedges that were due and did not take place. */
  @CanIgnoreReturnValue
  public Subscription onRefusal(Consumer<? super HedgeEvent.Refused> listener) {
    return refused.subscribe(listener);
  }

  /** Listens to events of every kind. */
  @CanIgnoreReturnValue
  public Subscription onAny(Consumer<? super HedgeEvent> listener) {
    List<Subscription> all =
        List.of(hedged.subscribe(listener), won.subscribe(listener), refused.subscribe(listener));
    return () -> all.forEach(Subscription::close);
  }

  void hedged(int attempts, Duration delay) {
    if (!hedged.isEmpty()) {
      hedged.publish(new HedgedRecord(hedge, clock.wallTime(), attempts, delay));
    }
  }

  void won(int attempts) {
    if (!won.isEmpty()) {
      won.publish(new HedgeWonRecord(hedge, clock.wallTime(), attempts));
    }
  }

  void refused(int attempts, RefusalReason reason) {
    if (!refused.isEmpty()) {
      refused.publish(new RefusedRecord(hedge, clock.wallTime(), attempts, reason));
    }
  }

  record HedgedRecord(String hedge, Instant time, int attempts, Duration delay)
      implements HedgeEvent.Hedged {}

  record HedgeWonRecord(String hedge, Instant time, int attempts) implements HedgeEvent.HedgeWon {}

  record RefusedRecord(String hedge, Instant time, int attempts, RefusalReason reason)
      implements HedgeEvent.Refused {}
}
