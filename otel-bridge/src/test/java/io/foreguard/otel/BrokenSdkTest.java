package io.foreguard.otel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitOpenException;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.logs.LoggerProvider;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class BrokenSdkTest {
  private final Incident incident = new Incident();
  private final AtomicInteger failures = new AtomicInteger();
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.start();
    root.addAppender(log);
  }

  @AfterEach
  void stopListening() {
    root.detachAppender(log);
  }

  @Test
  void reachesNoCall() throws Exception {
    try (ForeguardTelemetry telemetry = ForeguardTelemetry.create(new Broken(failures))) {
      telemetry.observe(incident.registry);
      CircuitBreaker breaker = incident.registry.circuitBreaker("loyalty", Incident.classic());
      Bulkhead bulkhead = incident.registry.bulkhead("db", Incident.single());

      assertThat(breaker.call(() -> "answer")).isEqualTo("answer");
      assertThat(failures).hasValue(1); // the histogram was asked
      incident.fail(breaker, 20);
      assertThatExceptionOfType(CircuitOpenException.class)
          .isThrownBy(() -> breaker.call(() -> "unreached"));
      Incident.refuse(bulkhead, 1);

      assertThat(failures.get()).isGreaterThan(12); // and the logger
      assertThat(log.list)
          .filteredOn(line -> line.getLevel() == Level.WARN)
          .singleElement()
          .satisfies(
              line ->
                  assertThat(line.getFormattedMessage())
                      .startsWith("Telemetry could not be reported; calls go on"));
      assertThat(breaker.metrics().inFlight()).isZero();
      assertThat(bulkhead.inFlight()).isZero();
    }
  }

  @Test
  void hidesNoOtherPartFromACollection() {
    try (Recorder recorder = new Recorder()) {
      Failures failures = new Failures();
      Instruments instruments = new Instruments(recorder.sdk.getMeter("test"), failures);
      Watches watches = new Watches(instruments, failures);
      Watches.Scope scope = watches.newScope();
      for (int i = 0; i < 10; i++) {
        scope.add(new Object(), Throwing::new);
      }
      CircuitBreaker breaker = CircuitBreaker.of("loyalty");
      EventSink silent =
          new EventSink(recorder.sdk.getLogsBridge().get("test"), failures, false, false, false, 1);
      scope.add(breaker, () -> new CircuitBreakerWatch(breaker, instruments, silent));

      assertThat(recorder.points(ForeguardMetric.CIRCUIT_BREAKER_STATUS)).hasSize(4);
      watches.close();
    }
  }

  private static final class Throwing implements Watch {
    @Override
    public void collect(Instruments out) {
      throw new IllegalStateException("broken part");
    }

    @Override
    public void close() {}
  }

  /** Hands out builders that work and instruments that throw. */
  private record Broken(AtomicInteger failures) implements OpenTelemetry, InvocationHandler {
    @Override
    public TracerProvider getTracerProvider() {
      return TracerProvider.noop();
    }

    @Override
    public MeterProvider getMeterProvider() {
      return proxy(MeterProvider.class);
    }

    @Override
    public LoggerProvider getLogsBridge() {
      return proxy(LoggerProvider.class);
    }

    @Override
    public ContextPropagators getPropagators() {
      return ContextPropagators.noop();
    }

    @Override
    public Object invoke(Object self, Method method, Object[] arguments) throws Throwable {
      Class<?> answer = method.getReturnType();
      if (method.getName().equals("close")) {
        return null;
      }
      if (answer.isInterface() && !method.getName().equals("logRecordBuilder")) {
        return answer.isInstance(self) ? self : proxy(answer);
      }
      failures.incrementAndGet();
      throw new AssertionError("broken SDK");
    }

    private <T> T proxy(Class<T> type) {
      return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, this));
    }
  }
}
