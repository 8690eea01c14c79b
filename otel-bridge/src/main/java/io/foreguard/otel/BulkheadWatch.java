package io.foreguard.otel;

import static io.foreguard.otel.ForeguardAttributes.BULKHEAD_LIMIT;
import static io.foreguard.otel.ForeguardAttributes.BULKHEAD_NAME;
import static io.foreguard.otel.ForeguardAttributes.BULKHEAD_TYPE;
import static io.foreguard.otel.ForeguardAttributes.BULKHEAD_USAGE;
import static io.foreguard.otel.ForeguardAttributes.BULKHEAD_WAITED;
import static io.foreguard.otel.ForeguardAttributes.BULKHEAD_WAITING;

import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.bulkhead.BulkheadEvent;
import io.foreguard.bulkhead.ThreadPoolBulkhead;
import io.foreguard.event.Subscription;
import io.foreguard.event.Topic;
import io.foreguard.time.Clock;
import io.opentelemetry.api.common.Attributes;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** Reports one bulkhead, of either kind. */
final class BulkheadWatch implements Watch {
  private final Attributes which;
  private final IntSupplier limit;
  private final IntSupplier usage;
  private final IntSupplier waiting;
  private final LongSupplier rejections;
  private final Subscription subscription;

  private BulkheadWatch(
      Attributes which,
      IntSupplier limit,
      IntSupplier usage,
      IntSupplier waiting,
      LongSupplier rejections,
      Topic<BulkheadEvent.Rejection> events,
      Clock clock,
      EventSink sink) {
    this.which = which;
    this.limit = limit;
    this.usage = usage;
    this.waiting = waiting;
    this.rejections = rejections;
    RateLimit rate = sink.newLimit(clock);
    subscription =
        sink.isSilent()
            ? () -> {}
            : events.subscribe(
                event ->
                    sink.emitLimited(
                        ForeguardEvent.BULKHEAD_REJECTION,
                        event.time(),
                        rate,
                        event,
                        this::attributes));
  }

  static BulkheadWatch of(Bulkhead part, Clock clock, EventSink sink) {
    return new BulkheadWatch(
        Attributes.of(BULKHEAD_NAME, part.name(), BULKHEAD_TYPE, "semaphore"),
        part::maxConcurrentCalls,
        part::inFlight,
        part::waiting,
        part::rejectedCalls,
        part.rejections(),
        clock,
        sink);
  }

  static BulkheadWatch of(ThreadPoolBulkhead part, Clock clock, EventSink sink) {
    return new BulkheadWatch(
        Attributes.of(BULKHEAD_NAME, part.name(), BULKHEAD_TYPE, "thread_pool"),
        part::maxConcurrentCalls,
        part::inFlight,
        part::waiting,
        part::rejectedCalls,
        part.rejections(),
        clock,
        sink);
  }

  @Override
  public void collect(Instruments out) {
    out.count(ForeguardMetric.BULKHEAD_LIMIT, limit.getAsInt(), which);
    out.count(ForeguardMetric.BULKHEAD_USAGE, usage.getAsInt(), which);
    out.count(ForeguardMetric.BULKHEAD_WAITING, waiting.getAsInt(), which);
    out.count(ForeguardMetric.BULKHEAD_REJECTIONS, rejections.getAsLong(), which);
  }

  @Override
  public void close() {
    subscription.close();
  }

  private Attributes attributes(BulkheadEvent.Rejection event) {
    return which.toBuilder()
        .put(BULKHEAD_LIMIT, (long) event.maxConcurrentCalls())
        .put(BULKHEAD_USAGE, (long) event.inFlight())
        .put(BULKHEAD_WAITING, (long) event.waiting())
        .put(BULKHEAD_WAITED, Words.seconds(event.waited()))
        .build();
  }
}
