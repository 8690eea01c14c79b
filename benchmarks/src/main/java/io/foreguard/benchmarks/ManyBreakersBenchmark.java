package io.foreguard.benchmarks;

import io.foreguard.CallContext;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.registry.ForeguardRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A successful call through one of very many breakers, and making one. */
public class ManyBreakersBenchmark {
  private static final int BREAKERS = 100_000;

  /** A breaker at random, found by its name in a registry. */
  @Benchmark
  public Integer foreguard(Registered state, Calls calls, Picks picks) throws Exception {
    return state.registry.circuitBreaker(picks.name()).call(calls);
  }

  /** A key of a breaker at random, called through its context. */
  @Benchmark
  public Integer foreguardContext(Keyed state, Calls calls, Picks picks) throws Exception {
    return state.breaker.call(state.contexts[picks.next()], calls);
  }

  /** A key of a breaker at random, found by name. */
  @Benchmark
  public Integer foreguardKey(Keyed state, Calls calls, Picks picks) throws Exception {
    return state.breaker.key("tenant", picks.name()).call(calls);
  }

  /** Resilience4j: a breaker at random, found by its name in a registry. */
  @Benchmark
  public Integer resilience4j(Resilience4j state, Calls calls, Picks picks) throws Exception {
    return state.registry.circuitBreaker(picks.name()).executeCallable(calls);
  }

  /** One more breaker. */
  @Benchmark
  public Object foreguardNew(Made made) {
    return made.count(CircuitBreaker.of(Settings.NAME));
  }

  /** One more breaker of Resilience4j. */
  @Benchmark
  public Object resilience4jNew(Made made) {
    return made.count(Settings.resilience4jBreaker(false, true));
  }

  private static String name(int index) {
    return "dependency-" + index;
  }

  /** Which breaker is next. */
  @State(Scope.Thread)
  public static class Picks {
    private final String[] names =
        IntStream.range(0, BREAKERS).mapToObj(ManyBreakersBenchmark::name).toArray(String[]::new);
    private final SplittableRandom random = new SplittableRandom(1);
    private long picked;

    int next() {
      picked++;
      return random.nextInt(BREAKERS);
    }

    String name() {
      return names[next()];
    }

    /** Checks that every pick was called. */
    @TearDown
    public void check(CallTally tally) {
      CallTally.expect(picked > 0 && tally.ran() >= picked, "not every pick was called");
    }
  }

  /** How many were made. */
  @State(Scope.Thread)
  public static class Made {
    private long made;

    Object count(Object one) {
      made++;
      return one;
    }

    /** Checks that there were some. */
    @TearDown
    public void check() {
      CallTally.expect(made > 0, "none was made");
    }
  }

  /** Foreguard's registry with all the breakers in it. */
  @State(Scope.Benchmark)
  public static class Registered {
    private final ForeguardRegistry registry = ForeguardRegistry.builder().build();

    /** Makes the breakers. */
    @Setup
    public void fill() {
      for (int i = 0; i < BREAKERS; i++) {
        CircuitBreaker unused = registry.circuitBreaker(name(i));
      }
    }
  }

  /** One breaker with very many keys. */
  @State(Scope.Benchmark)
  public static class Keyed {
    private final CircuitBreaker breaker =
        CircuitBreaker.of(
            Settings.NAME, CircuitBreakerConfig.builder().maxKeys(2 * BREAKERS).build());
    private final CallContext[] contexts = new CallContext[BREAKERS];

    /** Makes the keys. */
    @Setup
    public void fill() {
      for (int i = 0; i < BREAKERS; i++) {
        contexts[i] = CallContext.of("tenant", name(i));
        CircuitBreaker unused = breaker.key("tenant", name(i));
      }
    }
  }

  /** Resilience4j's registry with all the breakers in it. */
  @State(Scope.Benchmark)
  public static class Resilience4j {
    private final CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();

    /** Makes the breakers. */
    @Setup
    public void fill() {
      for (int i = 0; i < BREAKERS; i++) {
        var unused = registry.circuitBreaker(name(i));
      }
    }
  }
}
