package io.foreguard;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.util.Arrays;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;

/** How long Lincheck looks, by the form that the build asks for. */
public final class Lincheck {
  private static final boolean SHORT = "short".equals(System.getProperty("foreguard.proofs"));

  private Lincheck() {}

  /**
   * Explores interleavings of random scenarios one by one.
   *
   * @param atomic start of the names of classes whose methods are taken to happen at one moment
   */
  public static void modelCheck(Class<?> test, String... atomic) {
    new ModelCheckingOptions()
        .addGuarantee(
            forClasses(name -> Arrays.stream(atomic).anyMatch(name::startsWith))
                .allMethods()
                .treatAsAtomic())
        .loopBound(10_000) // longer than any loop over an array of ours, which is no spinning
        .threads(2)
        .actorsPerThread(3)
        .actorsBefore(2)
        .actorsAfter(2)
        .iterations(SHORT ? 6 : 40)
        .invocationsPerIteration(SHORT ? 200 : 1_000)
        .check(test);
  }

  /** Runs random scenarios on real threads, again and again; not in the short form. */
  public static void stress(Class<?> test) {
    assumeFalse(SHORT, "real threads are left to jcstress in the short form");
    new StressOptions()
        .threads(2)
        .actorsPerThread(4)
        .actorsBefore(2)
        .actorsAfter(3)
        .iterations(50)
        .invocationsPerIteration(2_000)
        .check(test);
  }
}
