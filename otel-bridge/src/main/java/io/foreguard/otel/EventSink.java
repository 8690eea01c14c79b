package io.foreguard.otel;

import io.foreguard.time.Clock;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.LogRecordBuilder;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.Span;
import java.time.Instant;
import java.util.function.Function;

/** Where events go: log records, the current span's attributes and events. Thread-safe. */
final class EventSink {
  private final Logger logger;
  private final Failures failures;
  private final boolean logEvents;
  private final boolean spanAttributes;
  private final boolean spanEvents;
  private final int limitPerSecond;

  EventSink(
      Logger logger,
      Failures failures,
      boolean logEvents,
      boolean spanAttributes,
      boolean spanEvents,
      int limitPerSecond) {
    this.logger = logger;
    this.failures = failures;
    this.logEvents = logEvents;
    this.spanAttributes = spanAttributes;
    this.spanEvents = spanEvents;
    this.limitPerSecond = limitPerSecond;
  }

  /** Whether events go nowhere: then nobody needs to listen for them. */
  boolean isSilent() {
    return !logEvents && !spanAttributes && !spanEvents;
  }

  /** The limit for the events of one kind from one part. */
  RateLimit newLimit(Clock clock) {
    return new RateLimit(clock, limitPerSecond);
  }

  /** Reports an event that concerns all calls. */
  void emit(ForeguardEvent event, Severity severity, Instant time, Attributes attributes) {
    try {
      Span span = Span.current();
      if (spanEvents && span.isRecording()) {
        span.addEvent(event.eventName(), attributes);
      }
      if (logEvents) {
        log(event, severity, time, attributes);
      }
    } catch (Throwable t) {
      failures.report(t);
    }
  }

  /**
   * Reports an event that concerns the current call.
   *
   * @param attributes makes the attributes of an event, if anybody wants them
   */
  <E> void emitLimited(
      ForeguardEvent event,
      Instant time,
      RateLimit limit,
      E cause,
      Function<? super E, Attributes> attributes) {
    try {
      tryEmit(event, time, limit, cause, attributes);
    } catch (Throwable t) {
      failures.report(t);
    }
  }

  private <E> void tryEmit(
      ForeguardEvent event,
      Instant time,
      RateLimit limit,
      E cause,
      Function<? super E, Attributes> attributes) {
    Span span = Span.current();
    boolean onSpan = (spanAttributes || spanEvents) && span.isRecording();
    boolean logged = logEvents && limit.tryPass();
    if (!onSpan && !logged) {
      return;
    }
    Attributes all = attributes.apply(cause);
    if (onSpan && spanAttributes) {
      span.setAllAttributes(all);
    }
    if (onSpan && spanEvents) {
      span.addEvent(event.eventName(), all);
    }
    if (logged) {
      log(event, event.severity(), time, withSuppressed(all, limit.takeSuppressed()));
    }
  }

  private static Attributes withSuppressed(Attributes attributes, long suppressed) {
    return suppressed == 0
        ? attributes
        : attributes.toBuilder().put(ForeguardAttributes.SUPPRESSED, suppressed).build();
  }

  private void log(ForeguardEvent event, Severity severity, Instant time, Attributes attributes) {
    LogRecordBuilder log = logger.logRecordBuilder();
    log.setEventName(event.eventName())
        .setTimestamp(time)
        .setSeverity(severity)
        .setSeverityText(severity.name())
        .setAllAttributes(attributes)
        .emit();
  }
}
