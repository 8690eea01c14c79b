package io.foreguard.otel;

import static io.foreguard.otel.ForeguardAttributes.FALLBACK_AGE;
import static io.foreguard.otel.ForeguardAttributes.FALLBACK_NAME;
import static io.foreguard.otel.ForeguardAttributes.FALLBACK_SOURCE;

import io.foreguard.event.Subscription;
import io.foreguard.fallback.Answer;
import io.foreguard.fallback.Fallback;
import io.foreguard.fallback.FallbackServed;
import io.foreguard.time.Clock;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;

/** Reports one fallback. */
final class FallbackWatch implements Watch {
  private final Fallback<?> fallback;
  private final Instruments instruments;
  private final EventSink sink;
  private final RateLimit limit;
  private final Attributes name;
  private final Subscription subscription;

  FallbackWatch(Fallback<?> fallback, Clock clock, Instruments instruments, EventSink sink) {
    this.fallback = fallback;
    this.instruments = instruments;
    this.sink = sink;
    limit = sink.newLimit(clock);
    name = Attributes.of(FALLBACK_NAME, fallback.name());
    subscription = fallback.served().subscribe(this::served);
  }

  @Override
  public void collect(Instruments out) {
    for (Answer.Source source : Answer.Source.values()) {
      out.count(
          ForeguardMetric.FALLBACK_SERVED,
          fallback.served(source),
          name.toBuilder().put(FALLBACK_SOURCE, Words.of(source)).build());
    }
  }

  @Override
  public void close() {
    subscription.close();
  }

  private void served(FallbackServed event) {
    if (event.source() == Answer.Source.STALE) {
      instruments.answerWas(Words.seconds(event.age()), name);
    }
    sink.emitLimited(ForeguardEvent.FALLBACK_SERVED, event.time(), limit, event, this::attributes);
  }

  private Attributes attributes(FallbackServed event) {
    AttributesBuilder all =
        name.toBuilder()
            .put(FALLBACK_SOURCE, Words.of(event.source()))
            .put(FALLBACK_AGE, Words.seconds(event.age()));
    Words.errorType(all, event.cause());
    return all.build();
  }
}
