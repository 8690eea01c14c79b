package io.foreguard.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

class BenchmarksTest {
  private static final List<Class<?>> CLASSES =
      List.of(
          FloorBenchmark.class,
          BreakerSuccessBenchmark.class,
          GuardSuccessBenchmark.class,
          BreakerRejectionBenchmark.class,
          OutageBenchmark.class,
          PartSuccessBenchmark.class,
          ManyBreakersBenchmark.class,
          ScoringBenchmark.class,
          ModelledBreakerBenchmark.class,
          TelemetryBenchmark.class);

  static Stream<Method> benchmarks() {
    return CLASSES.stream()
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .filter(method -> method.isAnnotationPresent(Benchmark.class));
  }

  @ParameterizedTest
  @MethodSource("benchmarks")
  void passesItsOwnChecks(Method benchmark) throws Exception {
    Fixture fixture = new Fixture(benchmark);

    fixture.invoke(1_000);

    fixture.tearDown();
  }

  @ParameterizedTest
  @MethodSource("benchmarks")
  void failsWhenItHasMeasuredNothing(Method benchmark) throws Exception {
    Fixture fixture = new Fixture(benchmark);

    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(fixture::tearDown)
        .withMessageStartingWith("The benchmark did not measure what it says");
  }

  @Test
  void failsWhenTheLibraryHasCountedAnotherNumberOfCalls() throws Exception {
    Fixture fixture =
        new Fixture(
            BreakerSuccessBenchmark.class.getMethod(
                "foreguard", BreakerSuccessBenchmark.Predictive.class, Calls.class));
    fixture.invoke(10);
    var unused = ((Calls) fixture.state(Calls.class)).call();

    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(fixture::tearDown)
        .withMessageContaining("the library counted 10 of 11");
  }

  @Test
  void listsEveryBenchmarkInTheTable() {
    List<String> listed =
        Stream.concat(
                Stream.of(Suite.FLOOR),
                Stream.concat(Suite.rows().stream(), Suite.models().stream())
                    .flatMap(Suite.Row::benchmarks))
            .distinct()
            .toList();

    assertThat(benchmarks().map(m -> m.getDeclaringClass().getName() + "." + m.getName()))
        .containsExactlyInAnyOrderElementsOf(listed);
  }

  @Test
  void printsProcessorTimeBytesAndRatioOfEveryBenchmarkThatRan(@TempDir Path out) throws Exception {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

    String table =
        BenchmarkRun.run(
            BenchmarkRun.Plan.SMOKE, Pattern.compile("BreakerSuccess.*foreguard$"), out, nowhere);

    String figures = "\\d+(\\.\\d)? \\(\\d+(\\.\\d)?\\) ns, \\d+(\\.\\d)? B";
    assertThat(table.lines().toList())
        .anyMatch(line -> line.matches("\\| Floor: .* \\| 1 \\| " + figures + " \\|  \\|  \\|"))
        .anyMatch(
            line ->
                line.matches(
                    "\\| Breaker: success \\| 1 \\| "
                        + figures
                        + ", \\d+\\.\\d\\dx \\| - \\| - \\|"))
        .anyMatch(
            line ->
                line.matches(
                    "\\| Breaker: success \\| 2 \\| "
                        + figures
                        + ", \\d+\\.\\d\\dx \\| - \\| - \\|"))
        .noneMatch(line -> line.startsWith("| Guard"));
    assertThat(out.resolve("benchmarks.md")).content().isEqualTo(table);
    assertThat(out.resolve("jmh.json")).content().contains(CpuTimeProfiler.CPU_TIME);
  }

  /** Does by reflection what JMH generates: states, set-up, calls, tear-down. */
  private static final class Fixture {
    private final Method benchmark;
    private final Map<Class<?>, Object> states = new LinkedHashMap<>();
    private final Object target;
    private final Object[] arguments;

    Fixture(Method benchmark) throws Exception {
      this.benchmark = benchmark;
      Class<?> type = benchmark.getDeclaringClass();
      target =
          type.isAnnotationPresent(State.class) ? state(type) : type.getConstructor().newInstance();
      arguments = states(benchmark);
    }

    void invoke(int times) throws Exception {
      for (int i = 0; i < times; i++) {
        invoke(benchmark, target, arguments);
      }
    }

    void tearDown() throws Exception {
      for (Object state : states.values()) {
        each(TearDown.class, state);
      }
    }

    Object state(Class<?> type) throws Exception {
      Object known = states.get(type);
      if (known != null) {
        return known;
      }
      assertThat(type.getAnnotation(State.class).value()).isIn(Scope.Benchmark, Scope.Thread);
      Object state = type.getConstructor().newInstance();
      each(Setup.class, state);
      states.put(type, state);
      return state;
    }

    private void each(Class<? extends Annotation> phase, Object state) throws Exception {
      for (Method method : state.getClass().getDeclaredMethods()) {
        if (method.isAnnotationPresent(phase)) {
          invoke(method, state, states(method));
        }
      }
    }

    private Object[] states(Method method) throws Exception {
      Object[] found = new Object[method.getParameterCount()];
      for (int i = 0; i < found.length; i++) {
        found[i] = state(method.getParameterTypes()[i]);
      }
      return found;
    }

    private static void invoke(Method method, Object target, Object[] arguments) throws Exception {
      try {
        method.invoke(target, arguments);
      } catch (InvocationTargetException e) {
        if (e.getCause() instanceof Exception cause) {
          throw cause;
        }
        throw e;
      }
    }
  }
}
