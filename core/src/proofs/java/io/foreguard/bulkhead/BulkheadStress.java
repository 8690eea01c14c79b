package io.foreguard.bulkhead;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZII_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** What two threads may see of a bulkhead's permits. */
public final class BulkheadStress {
  private BulkheadStress() {}

  static Bulkhead bulkhead(int limit) {
    return bulkhead(limit, new ManualClock());
  }

  static Bulkhead bulkhead(int limit, ManualClock clock) {
    BulkheadConfig config =
        BulkheadConfig.builder()
            .maxConcurrentCalls(limit)
            .maxWait(Duration.ofSeconds(2))
            .maxQueue(4)
            .build();
    return Bulkhead.of("stress", config, clock);
  }

  /** A call that ends only when it is cancelled, and the count of its starts. */
  static final class Endless {
    final AtomicInteger starts = new AtomicInteger();

    void arrive(Bulkhead bulkhead) {
      var unused = bulkhead.callAsync(this::start);
    }

    CompletionStage<String> start() {
      starts.incrementAndGet();
      return new CompletableFuture<>();
    }
  }

  @JCStressTest
  @State
  @Outcome(
      id = {"true, false", "false, true"},
      expect = ACCEPTABLE,
      desc = "one permit, one winner")
  @Outcome(expect = FORBIDDEN, desc = "the permit was granted twice or to nobody")
  public static class OnePermitForTwo {
    private final Bulkhead bulkhead = bulkhead(1);

    @Actor
    public void first(ZZ_Result r) {
      r.r1 = bulkhead.tryAcquire().isPresent();
    }

    @Actor
    public void second(ZZ_Result r) {
      r.r2 = bulkhead.tryAcquire().isPresent();
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "given back, then taken")
  @Outcome(id = "false, 0", expect = ACCEPTABLE, desc = "refused, then given back")
  @Outcome(expect = FORBIDDEN, desc = "a permit was lost or made up")
  public static class ReleaseAgainstAcquire {
    private final Bulkhead bulkhead = bulkhead(1);
    private final BulkheadPermit held = bulkhead.tryAcquire().orElseThrow();

    @Actor
    public void release() {
      held.close();
    }

    @Actor
    public void acquire(ZI_Result r) {
      r.r1 = bulkhead.tryAcquire().isPresent();
    }

    @Arbiter
    public void look(ZI_Result r) {
      r.r2 = bulkhead.inFlight();
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "1", expect = ACCEPTABLE, desc = "the other call keeps its permit")
  @Outcome(expect = FORBIDDEN, desc = "one permit was given back twice")
  public static class CloseTwice {
    private final Bulkhead bulkhead = bulkhead(2);
    private final BulkheadPermit held = bulkhead.tryAcquire().orElseThrow();
    private final BulkheadPermit other = bulkhead.tryAcquire().orElseThrow();

    @Actor
    public void first() {
      held.close();
    }

    @Actor
    public void second() {
      held.close();
    }

    @Arbiter
    public void look(I_Result r) {
      r.r1 = other == held ? -1 : bulkhead.inFlight();
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "true, 2, 2", expect = ACCEPTABLE, desc = "grown, then taken")
  @Outcome(id = "false, 1, 2", expect = ACCEPTABLE, desc = "refused, then grown")
  @Outcome(expect = FORBIDDEN, desc = "the limit or a permit was lost")
  public static class GrowAgainstAcquire {
    private final Bulkhead bulkhead = bulkhead(1);
    private final BulkheadPermit held = bulkhead.tryAcquire().orElseThrow();

    @Actor
    public void grow() {
      bulkhead.resize(2);
    }

    @Actor
    public void acquire(ZII_Result r) {
      r.r1 = bulkhead.tryAcquire().isPresent();
    }

    @Arbiter
    public void look(ZII_Result r) {
      r.r2 = held == null ? -1 : bulkhead.inFlight();
      r.r3 = bulkhead.maxConcurrentCalls();
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "true, 2, 1", expect = ACCEPTABLE, desc = "taken, then shrunk")
  @Outcome(id = "false, 1, 1", expect = ACCEPTABLE, desc = "shrunk, then refused")
  @Outcome(expect = FORBIDDEN, desc = "the limit or a permit was lost")
  public static class ShrinkAgainstAcquire {
    private final Bulkhead bulkhead = bulkhead(2);
    private final BulkheadPermit held = bulkhead.tryAcquire().orElseThrow();

    @Actor
    public void shrink() {
      bulkhead.resize(1);
    }

    @Actor
    public void acquire(ZII_Result r) {
      r.r1 = bulkhead.tryAcquire().isPresent();
    }

    @Arbiter
    public void look(ZII_Result r) {
      r.r2 = held == null ? -1 : bulkhead.inFlight();
      r.r3 = bulkhead.maxConcurrentCalls();
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "true", expect = ACCEPTABLE, desc = "the settings shown are those in force")
  @Outcome(expect = FORBIDDEN, desc = "settings and limit are of different changes")
  public static class ResizeAgainstResize {
    private final Bulkhead bulkhead = bulkhead(1);

    @Actor
    public void toTwo() {
      bulkhead.resize(2);
    }

    @Actor
    public void toThree() {
      bulkhead.resize(3);
    }

    @Arbiter
    public void look(Z_Result r) {
      r.r1 = bulkhead.config().maxConcurrentCalls() == bulkhead.maxConcurrentCalls();
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "it runs, whether or not it had to wait")
  @Outcome(expect = FORBIDDEN, desc = "the wake-up was lost, or it started twice")
  public static class EnterQueueAgainstRelease {
    private final Bulkhead bulkhead = bulkhead(1);
    private final BulkheadPermit held = bulkhead.tryAcquire().orElseThrow();
    private final Endless call = new Endless();

    @Actor
    public void release() {
      held.close();
    }

    @Actor
    public void enter() {
      call.arrive(bulkhead);
    }

    @Arbiter
    public void look(III_Result r) {
      r.r1 = call.starts.get();
      r.r2 = bulkhead.inFlight();
      r.r3 = bulkhead.waiting();
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "it runs, whether or not it had to wait")
  @Outcome(expect = FORBIDDEN, desc = "the wake-up was lost, or it started twice")
  public static class EnterQueueAgainstGrow {
    private final Bulkhead bulkhead = bulkhead(1);
    private final BulkheadPermit held = bulkhead.tryAcquire().orElseThrow();
    private final Endless call = new Endless();

    @Actor
    public void grow() {
      bulkhead.resize(2);
    }

    @Actor
    public void enter() {
      call.arrive(bulkhead);
    }

    @Arbiter
    public void look(III_Result r) {
      held.close();
      r.r1 = call.starts.get();
      r.r2 = bulkhead.inFlight();
      r.r3 = bulkhead.waiting();
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the blocked thread got the permit")
  @Outcome(expect = FORBIDDEN, desc = "permits are wrong; a hang is a lost wake-up")
  public static class BlockAgainstRelease {
    private final Bulkhead bulkhead = bulkhead(1);
    private final BulkheadPermit held = bulkhead.tryAcquire().orElseThrow();

    @Actor
    public void release() {
      held.close();
    }

    @Actor
    public void block() {
      try {
        var unused = bulkhead.acquire();
      } catch (InterruptedException e) {
        throw new AssertionError("nobody interrupts", e);
      }
    }

    @Arbiter
    public void look(II_Result r) {
      r.r1 = bulkhead.inFlight();
      r.r2 = bulkhead.waiting();
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "2, 2, 0", expect = ACCEPTABLE, desc = "each permit went to one who waited")
  @Outcome(expect = FORBIDDEN, desc = "a permit was handed to nobody, or twice")
  public static class TwoReleasesForTwoWaiters {
    private final Bulkhead bulkhead = bulkhead(2);
    private final BulkheadPermit first = bulkhead.tryAcquire().orElseThrow();
    private final BulkheadPermit second = bulkhead.tryAcquire().orElseThrow();
    private final Endless call = new Endless();

    /** Puts two calls into the queue. */
    public TwoReleasesForTwoWaiters() {
      call.arrive(bulkhead);
      call.arrive(bulkhead);
    }

    @Actor
    public void releaseFirst() {
      first.close();
    }

    @Actor
    public void releaseSecond() {
      second.close();
    }

    @Arbiter
    public void look(III_Result r) {
      r.r1 = call.starts.get();
      r.r2 = bulkhead.inFlight();
      r.r3 = bulkhead.waiting();
    }
  }

  @JCStressTest
  @State
  @Outcome(
      id = {"0, 0, 0", "1, 0, 0"},
      expect = ACCEPTABLE,
      desc = "cancelled before or after it got the permit, which is free again")
  @Outcome(expect = FORBIDDEN, desc = "the permit went to a call that was cancelled")
  public static class CancelAgainstHandOver {
    private final Bulkhead bulkhead = bulkhead(1);
    private final BulkheadPermit held = bulkhead.tryAcquire().orElseThrow();
    private final Endless call = new Endless();
    private final CompletableFuture<String> queued =
        bulkhead.callAsync(call::start).toCompletableFuture();

    @Actor
    public void release() {
      held.close();
    }

    @Actor
    public void cancel() {
      queued.cancel(true);
    }

    @Arbiter
    public void look(III_Result r) {
      r.r1 = call.starts.get();
      r.r2 = bulkhead.inFlight();
      r.r3 = bulkhead.waiting();
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "1, 1, 0, 0", expect = ACCEPTABLE, desc = "it got the permit in time")
  @Outcome(id = "0, 0, 0, 1", expect = ACCEPTABLE, desc = "it ran out of time; the permit is free")
  @Outcome(expect = FORBIDDEN, desc = "both happened, or neither")
  public static class TimeOutAgainstHandOver {
    private final ManualClock clock = new ManualClock();
    private final Bulkhead bulkhead = bulkhead(1, clock);
    private final BulkheadPermit held = bulkhead.tryAcquire().orElseThrow();
    private final Endless call = new Endless();

    /** Puts a call into the queue. */
    public TimeOutAgainstHandOver() {
      call.arrive(bulkhead);
    }

    @Actor
    public void release() {
      held.close();
    }

    @Actor
    public void letTimePass() {
      clock.advance(Duration.ofSeconds(2));
    }

    @Arbiter
    public void look(IIII_Result r) {
      r.r1 = call.starts.get();
      r.r2 = bulkhead.inFlight();
      r.r3 = bulkhead.waiting();
      r.r4 = (int) bulkhead.rejectedCalls();
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "given back once")
  @Outcome(expect = FORBIDDEN, desc = "the end and the cancellation both gave it back")
  public static class CancelAgainstEnd {
    private final Bulkhead bulkhead = bulkhead(2);
    private final CompletableFuture<String> inner = new CompletableFuture<>();
    private final CompletableFuture<String> call =
        bulkhead.callAsync(() -> inner).toCompletableFuture();
    private final BulkheadPermit other = bulkhead.tryAcquire().orElseThrow();

    @Actor
    public void end() {
      inner.complete("answer");
    }

    @Actor
    public void cancel() {
      call.cancel(true);
    }

    @Arbiter
    public void look(III_Result r) {
      r.r1 = bulkhead.inFlight() - 1;
      other.close();
      r.r2 = bulkhead.inFlight();
      r.r3 = bulkhead.waiting();
    }
  }
}
