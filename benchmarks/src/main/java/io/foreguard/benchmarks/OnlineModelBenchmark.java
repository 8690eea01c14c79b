package io.foreguard.benchmarks;

import io.foreguard.estimation.Estimate;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signal;
import io.foreguard.evidence.Signals;
import io.foreguard.predictive.online.OnlineLogisticModel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a model that learns online adds to a call, and what asking it costs. */
public class OnlineModelBenchmark {
  /** Hearing how one call ended: on the caller's thread. */
  @Benchmark
  public void learn(Learner state) {
    state.model.learn(Outcome.SUCCESS, 20_000_000, false, state.now);
  }

  /**
   * Asking with one call to learn from and a new moment each time: every ten milliseconds or so.
   */
  @Benchmark
  public Estimate learnAndEstimate(Learner state) {
    state.now += 10_000_000;
    state.model.learn(Outcome.SUCCESS, 20_000_000, false, state.now);
    return state.model.estimate(Signals.of(state.now, state.values));
  }

  /** A model with a full history. */
  @State(Scope.Thread)
  public static class Learner {
    private final OnlineLogisticModel model = OnlineLogisticModel.create();
    private final double[] values = new double[Signal.values().length];
    private long now;

    /** Fills the history. */
    public Learner() {
      values[Signal.SUCCESS_RATE_FAST.ordinal()] = .98;
      values[Signal.FAST_SAMPLES.ordinal()] = 1_000;
      values[Signal.LATENCY_FAST.ordinal()] = .03;
      values[Signal.LATENCY_BASELINE.ordinal()] = .02;
      values[Signal.ARRIVAL_RATE.ordinal()] = 100;
      values[Signal.IN_FLIGHT.ordinal()] = 3;
      for (int i = 0; i < 1_000; i++) {
        now += 10_000_000;
        model.estimate(Signals.of(now, values));
      }
    }
  }
}
