package io.foreguard.benchmarks;

import static io.foreguard.benchmarks.CallTally.expectEqual;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.micrometer.ForeguardMeterBinder;
import io.foreguard.micrometer.MeterNaming;
import io.foreguard.otel.ForeguardTelemetry;
import io.foreguard.registry.ForeguardRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What telemetry adds to a successful call through a closed circuit breaker. */
public class TelemetryBenchmark {
  /** Without telemetry. */
  @Benchmark
  public Integer none(Bare state, Calls calls) throws Exception {
    return state.breaker.call(calls);
  }

  /** OpenTelemetry's SDK with metrics, span attributes, span and log events; no current span. */
  @Benchmark
  public Integer openTelemetry(WithOpenTelemetry state, Calls calls) throws Exception {
    return state.breaker.call(calls);
  }

  /** The same within a sampled span, which exemplars are taken of. */
  @Benchmark
  public Integer openTelemetryInSpan(WithOpenTelemetry state, InSpan span, Calls calls)
      throws Exception {
    return state.breaker.call(calls);
  }

  /** Micrometer's simple registry. */
  @Benchmark
  public Integer micrometer(WithMicrometer state, Calls calls) throws Exception {
    return state.breaker.call(calls);
  }

  /** Micrometer's registry for Prometheus. */
  @Benchmark
  public Integer prometheus(WithPrometheus state, Calls calls) throws Exception {
    return state.breaker.call(calls);
  }

  /** Micrometer's registry for Prometheus under Resilience4j's names. */
  @Benchmark
  public Integer prometheusResilience4jNames(WithResilience4jNames state, Calls calls)
      throws Exception {
    return state.breaker.call(calls);
  }

  /** A breaker that nobody observes. */
  @State(Scope.Benchmark)
  public static class Bare {
    private final CircuitBreaker breaker = CircuitBreaker.of(Settings.NAME);

    /** Checks that every call was counted. */
    @TearDown
    public void check(CallTally tally) {
      Subjects.expectOnlySuccesses(breaker, tally);
    }
  }

  /** A breaker whose telemetry is all on. */
  @State(Scope.Benchmark)
  public static class WithOpenTelemetry {
    private final InMemoryMetricReader reader = InMemoryMetricReader.create();
    private final OpenTelemetrySdk sdk =
        OpenTelemetrySdk.builder()
            .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(reader).build())
            .setTracerProvider(SdkTracerProvider.builder().setSampler(Sampler.alwaysOn()).build())
            .build();
    private final ForeguardRegistry registry = ForeguardRegistry.create();
    private final ForeguardTelemetry telemetry =
        ForeguardTelemetry.builder(sdk).spanEvents(true).build();
    private final CircuitBreaker breaker = registry.circuitBreaker(Settings.NAME);

    /** Starts to observe. */
    @Setup
    public void observe() {
      telemetry.observe(registry);
    }

    /** Checks that every call was counted and measured. */
    @TearDown
    public void check(CallTally tally) {
      Subjects.expectOnlySuccesses(breaker, tally);
      expectEqual(measured(), tally.ran(), "durations");
      telemetry.close();
      sdk.close();
    }

    private long measured() {
      return reader.collectAllMetrics().stream()
          .filter(metric -> metric.getName().endsWith("call.duration"))
          .map(MetricData::getHistogramData)
          .flatMap(histogram -> histogram.getPoints().stream())
          .mapToLong(point -> point.getCount())
          .sum();
    }
  }

  /** A span that is current while its thread measures. */
  @State(Scope.Thread)
  public static class InSpan {
    private io.opentelemetry.context.Scope current = io.opentelemetry.context.Scope.noop();

    /** Starts the span. */
    @Setup
    @SuppressWarnings("MustBeClosedChecker") // closed in the tear-down
    public void start(WithOpenTelemetry state) {
      Span span = state.sdk.getTracer(Settings.NAME).spanBuilder(Settings.NAME).startSpan();
      current = span.makeCurrent();
    }

    /** Puts back what was there before. */
    @TearDown
    public void end() {
      current.close();
    }
  }

  /** A breaker in Micrometer's simple registry. */
  @State(Scope.Benchmark)
  public static class WithMicrometer {
    private final Metered metered = new Metered(new SimpleMeterRegistry(), MeterNaming.FOREGUARD);
    private final CircuitBreaker breaker = metered.breaker;

    /** Checks that every call was counted and measured. */
    @TearDown
    public void check(CallTally tally) {
      metered.check(tally, "foreguard.circuit.breaker.calls");
    }
  }

  /** A breaker in Micrometer's registry for Prometheus. */
  @State(Scope.Benchmark)
  public static class WithPrometheus {
    private final Metered metered =
        new Metered(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), MeterNaming.FOREGUARD);
    private final CircuitBreaker breaker = metered.breaker;

    /** Checks that every call was counted and measured. */
    @TearDown
    public void check(CallTally tally) {
      metered.check(tally, "foreguard.circuit.breaker.calls");
    }
  }

  /** The same under Resilience4j's names. */
  @State(Scope.Benchmark)
  public static class WithResilience4jNames {
    private final Metered metered =
        new Metered(
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), MeterNaming.RESILIENCE4J);
    private final CircuitBreaker breaker = metered.breaker;

    /** Checks that every call was counted and measured. */
    @TearDown
    public void check(CallTally tally) {
      metered.check(tally, "resilience4j.circuitbreaker.calls");
    }
  }

  /** A breaker and the meter registry that knows it. */
  private static final class Metered {
    private final MeterRegistry meters;
    private final CircuitBreaker breaker;

    Metered(MeterRegistry meters, MeterNaming naming) {
      this.meters = meters;
      ForeguardRegistry registry = ForeguardRegistry.create();
      breaker = registry.circuitBreaker(Settings.NAME);
      ForeguardMeterBinder.of(registry, naming).bindTo(meters);
    }

    void check(CallTally tally, String timers) {
      Subjects.expectOnlySuccesses(breaker, tally);
      long measured = meters.get(timers).timers().stream().mapToLong(Timer::count).sum();
      expectEqual(measured, tally.ran(), "durations");
      meters.close();
    }
  }
}
