package io.foreguard.benchmarks;

import dev.failsafe.function.CheckedSupplier;
import java.util.concurrent.Callable;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The protected calls of one thread. The same object is the body for every library: it counts and
 * returns a constant, so that what is measured is the library around it.
 */
@State(Scope.Thread)
public class Calls implements Callable<Integer>, CheckedSupplier<Integer> {
  private static final Integer ANSWER = 42;

  private final Distinct distinct = new Distinct();
  private final Failing failing = new Failing();
  private long ran;
  private long refused;

  /** Adds this thread to the tally. */
  @Setup
  public void register(CallTally tally) {
    tally.register(this);
  }

  @Override
  public Integer call() {
    ran++;
    return ANSWER;
  }

  @Override
  public Integer get() {
    return call();
  }

  /** A body whose answers are all different objects. */
  Callable<Object> distinct() {
    return distinct;
  }

  /** A body that always fails, with one and the same exception: making it is not measured. */
  Failing failing() {
    return failing;
  }

  /** Notes a refusal and returns it, so that it is not optimized away. */
  <T> T refused(T refusal) {
    refused++;
    return refusal;
  }

  /** Notes the answer of a try, which is expected to be no. */
  boolean refusedUnless(boolean granted) {
    refused += granted ? 0 : 1;
    return granted;
  }

  long ran() {
    return ran;
  }

  long refused() {
    return refused;
  }

  /** The counterpart that never says the same twice. */
  final class Distinct implements Callable<Object> {
    @Override
    public Object call() {
      ran++;
      return new Object();
    }
  }

  /** The failing counterpart. */
  final class Failing implements Callable<Integer>, CheckedSupplier<Integer> {
    private final DependencyDown fault = new DependencyDown();

    @Override
    public Integer call() throws DependencyDown {
      ran++;
      throw fault;
    }

    @Override
    public Integer get() throws DependencyDown {
      return call();
    }
  }

  /** What a dependency throws that is down. */
  static final class DependencyDown extends Exception {
    private static final long serialVersionUID = 1L;

    DependencyDown() {
      super("the dependency is down", null, false, false);
    }
  }
}
