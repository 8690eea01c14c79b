package io.foreguard.benchmarks;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ToLongFunction;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * The sum over all threads of what their {@link Calls} have seen. Read it only in a tear-down: JMH
 * holds every thread at a barrier before that.
 */
@State(Scope.Benchmark)
public class CallTally {
  private final Queue<Calls> all = new ConcurrentLinkedQueue<>();

  void register(Calls calls) {
    all.add(calls);
  }

  /** Protected calls that ran. */
  long ran() {
    return sum(Calls::ran);
  }

  /** Calls that were refused. */
  long refused() {
    return sum(Calls::refused);
  }

  /** Fails the benchmark unless calls ran and none was refused. */
  void expectOnlySuccesses() {
    expect(ran() > 0, "no call ran");
    expect(refused() == 0, refused() + " calls were refused");
  }

  /** Fails the benchmark unless calls were refused and none ran. */
  void expectOnlyRefusals() {
    expect(refused() > 0, "no call was refused");
    expect(ran() == 0, ran() + " calls ran");
  }

  /** Fails the benchmark with {@code otherwise} unless {@code condition} holds. */
  static void expect(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalStateException("The benchmark did not measure what it says: " + otherwise);
    }
  }

  /** Fails the benchmark unless both counts agree. */
  static void expectEqual(long counted, long made, String what) {
    expect(counted == made, what + ": the library counted " + counted + " of " + made);
  }

  private long sum(ToLongFunction<Calls> count) {
    return all.stream().mapToLong(count).sum();
  }
}
