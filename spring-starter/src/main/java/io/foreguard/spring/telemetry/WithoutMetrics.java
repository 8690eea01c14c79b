package io.foreguard.spring.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.logs.LoggerProvider;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;

/** Another OpenTelemetry's traces and logs; its metrics go nowhere. Thread-safe. */
final class WithoutMetrics implements OpenTelemetry {
  private final OpenTelemetry delegate;

  WithoutMetrics(OpenTelemetry delegate) {
    this.delegate = delegate;
  }

  @Override
  public TracerProvider getTracerProvider() {
    return delegate.getTracerProvider();
  }

  @Override
  public LoggerProvider getLogsBridge() {
    return delegate.getLogsBridge();
  }

  @Override
  public ContextPropagators getPropagators() {
    return delegate.getPropagators();
  }
}
