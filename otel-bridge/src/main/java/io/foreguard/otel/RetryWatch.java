package io.foreguard.otel;

import static io.foreguard.otel.ForeguardAttributes.RETRY_ATTEMPTS;
import static io.foreguard.otel.ForeguardAttributes.RETRY_ATTEMPT_KIND;
import static io.foreguard.otel.ForeguardAttributes.RETRY_DELAY;
import static io.foreguard.otel.ForeguardAttributes.RETRY_NAME;
import static io.foreguard.otel.ForeguardAttributes.RETRY_RESULT;
import static io.foreguard.otel.ForeguardAttributes.RETRY_STOP_REASON;

import io.foreguard.event.Subscription;
import io.foreguard.retry.Retry;
import io.foreguard.retry.RetryEvent;
import io.foreguard.retry.RetryEvents;
import io.foreguard.retry.RetryMetrics;
import io.foreguard.time.Clock;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.List;
import java.util.Optional;

/** Reports one retry. */
final class RetryWatch implements Watch {
  private final Retry retry;
  private final EventSink sink;
  private final RateLimit retryingLimit;
  private final RateLimit givenUpLimit;
  private final Attributes name;
  private final Attributes success;
  private final Attributes successAfterRetry;
  private final Attributes failure;
  private final Attributes failureAfterRetry;
  private final Attributes firstAttempts;
  private final Attributes retries;
  private final List<Subscription> subscriptions;

  RetryWatch(Retry retry, Clock clock, EventSink sink) {
    this.retry = retry;
    this.sink = sink;
    retryingLimit = sink.newLimit(clock);
    givenUpLimit = sink.newLimit(clock);
    name = Attributes.of(RETRY_NAME, retry.name());
    success = result("success");
    successAfterRetry = result("success_after_retry");
    failure = result("failure");
    failureAfterRetry = result("failure_after_retry");
    firstAttempts = name.toBuilder().put(RETRY_ATTEMPT_KIND, "first").build();
    retries = name.toBuilder().put(RETRY_ATTEMPT_KIND, "retry").build();
    subscriptions = sink.isSilent() ? List.of() : listen(retry.events());
  }

  @Override
  public void collect(Instruments out) {
    RetryMetrics counts = retry.metrics();
    out.count(ForeguardMetric.RETRY_CALLS, counts.succeededWithoutRetry(), success);
    out.count(ForeguardMetric.RETRY_CALLS, counts.succeededWithRetry(), successAfterRetry);
    out.count(ForeguardMetric.RETRY_CALLS, counts.failedWithoutRetry(), failure);
    out.count(ForeguardMetric.RETRY_CALLS, counts.failedWithRetry(), failureAfterRetry);
    out.count(ForeguardMetric.RETRY_ATTEMPTS, counts.calls(), firstAttempts);
    out.count(ForeguardMetric.RETRY_ATTEMPTS, counts.retries(), retries);
    out.count(ForeguardMetric.RETRY_BUDGET_REFUSALS, counts.budgetRefusals(), name);
    out.gauge(ForeguardMetric.RETRY_BUDGET_UTILIZATION, retry.budget().utilization(), name);
  }

  @Override
  public void close() {
    subscriptions.forEach(Subscription::close);
  }

  private List<Subscription> listen(RetryEvents events) {
    return List.of(
        events.onRetry(
            event ->
                sink.emitLimited(
                    ForeguardEvent.RETRY_RETRYING,
                    event.time(),
                    retryingLimit,
                    event,
                    this::attributes)),
        events.onExhausted(event -> givenUp(event, Words.of(event.reason()), event.cause())),
        events.onBudgetExhausted(event -> givenUp(event, "budget", event.cause())));
  }

  private void givenUp(RetryEvent event, String reason, Optional<Throwable> cause) {
    sink.emitLimited(
        ForeguardEvent.RETRY_GIVEN_UP,
        event.time(),
        givenUpLimit,
        event,
        e -> {
          AttributesBuilder all = attempts(e).put(RETRY_STOP_REASON, reason);
          Words.errorType(all, cause);
          return all.build();
        });
  }

  private Attributes attributes(RetryEvent.Retrying event) {
    AttributesBuilder all = attempts(event).put(RETRY_DELAY, Words.seconds(event.delay()));
    Words.errorType(all, event.cause());
    return all.build();
  }

  private AttributesBuilder attempts(RetryEvent event) {
    return name.toBuilder().put(RETRY_ATTEMPTS, (long) event.attempts());
  }

  private Attributes result(String word) {
    return name.toBuilder().put(RETRY_RESULT, word).build();
  }
}
