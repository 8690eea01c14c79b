package io.foreguard.evidence.internal;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.foreguard.time.ManualClock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZII_Result;

/** What threads may see of the calls in flight: none is lost, doubled or freed by another's end. */
public final class CallSlotsStress {
  private static final long START = new ManualClock(Long.MAX_VALUE - 1_000).nanoTime();
  private static final long LATER = START + 10_000; // after the overflow
  private static final long LEASE = 5_000;
  private static final long NEVER = Long.MAX_VALUE / 2;
  private static final int ENOUGH_TO_RESERVE = 80;

  private CallSlotsStress() {}

  private static int inFlight(CallSlots slots) {
    slots.scan(LATER, START, NEVER, NEVER);
    return slots.inFlight();
  }

  private static void succeed(CallSlots slots, int times) {
    for (int i = 0; i < times; i++) {
      boolean unused = slots.succeed(slots.enter(START), START, 1_000);
    }
  }

  @JCStressTest
  @State
  @Outcome(
      id = {"1, 0, 0", "0, 1, 0"},
      expect = ACCEPTABLE,
      desc = "found at once or the next time")
  @Outcome(expect = FORBIDDEN, desc = "found twice, or lost")
  public static class SuccessAgainstDrain {
    private final CallSlots slots = new CallSlots();
    private final int slot = slots.enter(START);

    @Actor
    public void succeed() {
      boolean unused = slots.succeed(slot, START, 1_000);
    }

    @Actor
    public void drain(III_Result r) {
      r.r1 = (int) slots.drain();
    }

    @Arbiter
    public void look(III_Result r) {
      r.r2 = (int) slots.drain();
      r.r3 = inFlight(slots);
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "160, 0", expect = ACCEPTABLE, desc = "each once, through every way to a slot")
  @Outcome(expect = FORBIDDEN, desc = "found twice, or lost")
  public static class ManySuccessesOfTwoAgainstDrain {
    private final CallSlots slots = new CallSlots();
    private int drained;

    @Actor
    public void first() {
      succeed(slots, ENOUGH_TO_RESERVE);
    }

    @Actor
    public void secondWhichAlsoDrains() {
      for (int i = 0; i < ENOUGH_TO_RESERVE; i++) {
        succeed(slots, 1);
        drained += (int) slots.drain();
        slots.scan(LATER, START, NEVER, NEVER);
      }
    }

    @Arbiter
    public void look(II_Result r) {
      r.r1 = drained + (int) slots.drain();
      r.r2 = inFlight(slots);
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "2", expect = ACCEPTABLE, desc = "each has a slot of its own")
  @Outcome(expect = FORBIDDEN, desc = "two calls in one slot")
  public static class TwoCallsTakeTwoSlots {
    private final CallSlots slots = new CallSlots();

    @Actor
    public void first() {
      int unused = slots.enter(START);
    }

    @Actor
    public void second() {
      int unused = slots.enter(START);
    }

    @Arbiter
    public void look(I_Result r) {
      r.r1 = inFlight(slots);
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "true, 0, 0", expect = ACCEPTABLE, desc = "it ended")
  @Outcome(id = "false, 1, 0", expect = ACCEPTABLE, desc = "it was written off")
  @Outcome(expect = FORBIDDEN, desc = "both, or neither")
  public static class LateEndAgainstWriteOff {
    private final CallSlots slots = new CallSlots();
    private final int slot = slots.enter(START);

    @Actor
    public void leave(ZII_Result r) {
      r.r1 = slots.leaveLate(slot, START);
    }

    @Actor
    public void writeOff() {
      slots.scan(LATER, START, NEVER, LEASE);
    }

    @Arbiter
    public void look(ZII_Result r) {
      r.r2 = (int) slots.lost();
      r.r3 = inFlight(slots);
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "true, 0, 1", expect = ACCEPTABLE, desc = "it ended")
  @Outcome(id = "false, 1, 1", expect = ACCEPTABLE, desc = "it was written off")
  @Outcome(expect = FORBIDDEN, desc = "a late end has freed the slot of the next call")
  public static class LateEndAgainstTheNextCall {
    private final CallSlots slots = new CallSlots();
    private final int slot = slots.enter(START);

    @Actor
    public void leave(ZII_Result r) {
      r.r1 = slots.leaveLate(slot, START);
    }

    @Actor
    public void writeOffAndEnter() {
      slots.scan(LATER, START, NEVER, LEASE);
      int unused = slots.enter(LATER);
    }

    @Arbiter
    public void look(ZII_Result r) {
      r.r2 = (int) slots.lost();
      r.r3 = inFlight(slots);
    }
  }

  /** A home that was a dead thread's is handed over while two calls begin. */
  @JCStressTest
  @State
  @Outcome(id = "2, 80, 0", expect = ACCEPTABLE, desc = "each has a slot of its own")
  @Outcome(expect = FORBIDDEN, desc = "two calls in one slot, or one that is lost")
  public static class HomeOfTheDeadAgainstTwoCalls {
    private final CallSlots slots = new CallSlots();
    private int first;
    private int second;

    /** Lets a thread earn a home and end. */
    public HomeOfTheDeadAgainstTwoCalls() {
      Thread owner = new Thread(() -> succeed(slots, ENOUGH_TO_RESERVE));
      owner.start();
      try {
        owner.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Actor
    public void first() {
      first = slots.enter(START);
    }

    @Actor
    public void secondWhichAlsoBuries() {
      slots.scan(LATER, START, NEVER, NEVER);
      second = slots.enter(START);
    }

    @Arbiter
    public void look(III_Result r) {
      r.r1 = inFlight(slots);
      r.r2 = (int) slots.drain();
      slots.leave(first, START);
      slots.leave(second, START);
      r.r3 = inFlight(slots);
    }
  }
}
