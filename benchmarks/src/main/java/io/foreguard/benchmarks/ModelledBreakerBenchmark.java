package io.foreguard.benchmarks;

import static io.foreguard.benchmarks.CallTally.expect;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.evidence.Signal;
import io.foreguard.evidence.Signals;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What a large model that is scored off the call path adds to a successful call. */
public class ModelledBreakerBenchmark {
  private static final long ENOUGH_CALLS_TO_BE_ASKED = 5_000_000;

  /** The default model only. */
  @Benchmark
  public Integer withoutModel(Default state, Calls calls) throws Exception {
    return state.breaker.call(calls);
  }

  /** A forest that is asked on a background thread. */
  @Benchmark
  public Integer withForest(Modelled state, Calls calls) throws Exception {
    return state.breaker.call(calls);
  }

  /** A breaker with its defaults. */
  @State(Scope.Benchmark)
  public static class Default {
    private final CircuitBreaker breaker = CircuitBreaker.of(Settings.NAME);

    /** Checks that every call was counted. */
    @TearDown
    public void check(CallTally tally) {
      Subjects.expectOnlySuccesses(breaker, tally);
    }
  }

  /** A breaker with a forest. */
  @State(Scope.Benchmark)
  public static class Modelled {
    private final ForestOverSignals model = new ForestOverSignals();
    private final CircuitBreaker breaker =
        CircuitBreaker.of(Settings.NAME, CircuitBreakerConfig.builder().model(model).build());

    /** Checks that every call was counted, and that the forest was asked meanwhile. */
    @TearDown
    public void check(CallTally tally) {
      Subjects.expectOnlySuccesses(breaker, tally);
      expect(
          tally.ran() < ENOUGH_CALLS_TO_BE_ASKED || model.asked.sum() > 0,
          "the forest was never asked");
    }
  }

  /** A forest that sees signals, and says of all of them that calls will hold. */
  private static final class ForestOverSignals implements SuccessModel {
    private final SmileModels models = SmileModels.get();
    private final LongAdder asked = new LongAdder();

    @Override
    public String name() {
      return "forest";
    }

    @Override
    public Estimate estimate(Signals signals) {
      asked.increment();
      double[] features = new double[SmileModels.FEATURES];
      int number = Math.min(features.length, Signal.values().length);
      for (int i = 0; i < number; i++) {
        features[i] = signals.value(Signal.values()[i]);
      }
      double success = 1 - .01 * models.forest.score(features);
      return Estimate.of(this, success);
    }
  }
}
