package io.foreguard.internal;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** What threads may see of a count: nothing is lost or doubled, and no reader sees too much. */
public final class TallyStress {
  private static final int EACH = 200; // through every way to a cell of one's own

  private TallyStress() {}

  @JCStressTest
  @State
  @Outcome(id = "true, 400", expect = ACCEPTABLE, desc = "each once")
  @Outcome(expect = FORBIDDEN, desc = "lost or doubled")
  public static class TwoCountAndOneLooks {
    private final Tally tally = new Tally();

    @Actor
    public void first() {
      count(tally);
    }

    @Actor
    public void secondWhichAlsoLooks(ZI_Result r) {
      count(tally);
      long sum = tally.sum();
      r.r1 = sum >= EACH && sum <= 2 * EACH;
    }

    @Arbiter
    public void look(ZI_Result r) {
      r.r2 = (int) tally.sum();
    }
  }

  /** The cell of a dead thread is handed over while others count. */
  @JCStressTest
  @State
  @Outcome(id = "true, 600", expect = ACCEPTABLE, desc = "each once")
  @Outcome(expect = FORBIDDEN, desc = "lost or doubled")
  public static class TwoCountWhereOneHasDied {
    private final Tally tally = new Tally();

    /** Lets a thread earn a cell and end. */
    public TwoCountWhereOneHasDied() {
      Thread owner = new Thread(() -> count(tally));
      owner.start();
      try {
        owner.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Actor
    public void first() {
      count(tally);
    }

    @Actor
    public void second() {
      count(tally);
    }

    @Arbiter
    public void look(ZI_Result r) {
      r.r1 = true;
      r.r2 = (int) tally.sum();
    }
  }

  private static void count(Tally tally) {
    for (int i = 0; i < EACH; i++) {
      tally.increment();
    }
  }
}
