package io.foreguard.otel;

import static io.foreguard.otel.ForeguardAttributes.TIMEOUT_NAME;

import io.foreguard.timeout.Timeout;
import io.opentelemetry.api.common.Attributes;

/** Reports one time-out. It tells on a timer's thread, where there is no span of the call. */
final class TimeoutWatch implements Watch {
  private final Timeout timeout;
  private final Attributes name;

  TimeoutWatch(Timeout timeout) {
    this.timeout = timeout;
    name = Attributes.of(TIMEOUT_NAME, timeout.name());
  }

  @Override
  public void collect(Instruments out) {
    out.count(ForeguardMetric.TIMEOUT_EXPIRATIONS, timeout.timedOutCalls(), name);
  }

  @Override
  public void close() {}
}
