package io.foreguard.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The least that anything costs which measures how long a call takes: two readings of a clock. */
@State(Scope.Benchmark)
public class FloorBenchmark {
  /** The call between two clock readings. */
  @Benchmark
  public long twoClockReads(Calls calls) {
    long start = System.nanoTime();
    int answer = calls.call();
    return System.nanoTime() - start + answer;
  }

  /** Checks that the calls ran. */
  @TearDown
  public void check(CallTally tally) {
    tally.expectOnlySuccesses();
  }
}
