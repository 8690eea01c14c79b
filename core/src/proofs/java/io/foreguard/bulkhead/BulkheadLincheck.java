package io.foreguard.bulkhead;

import io.foreguard.Lincheck;
import io.foreguard.time.ManualClock;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Test;

/**
 * A bulkhead without a queue is linearizable: each operation takes effect at one moment. With one
 * it is not, and does not promise to be: between the end of a call and the start of the one that
 * waited for it, the permit is seen to be free. What holds then is shown by {@link BulkheadStress}.
 *
 * <p>Each thread gives back what it took itself.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
@Param(name = "limit", gen = IntGen.class, conf = "1:3")
public class BulkheadLincheck {
  private final Bulkhead bulkhead =
      Bulkhead.of(
          "lincheck", BulkheadConfig.builder().maxConcurrentCalls(1).build(), new ManualClock());
  private final AtomicReferenceArray<BulkheadPermit> held = new AtomicReferenceArray<>(8);

  /** A call begins unless this thread has one already. */
  @Operation
  public String acquire(@Param(name = "thread") int thread) {
    if (held.get(thread) != null) {
      return "has one";
    }
    held.set(thread, bulkhead.tryAcquire().orElse(null));
    return held.get(thread) == null ? "refused" : "admitted";
  }

  /** This thread's call ends. */
  @Operation
  public boolean release(@Param(name = "thread") int thread) {
    BulkheadPermit permit = held.getAndSet(thread, null);
    if (permit != null) {
      permit.close();
    }
    return permit != null;
  }

  /** The limit changes. */
  @Operation
  public void resize(@Param(name = "limit") int limit) {
    bulkhead.resize(limit);
  }

  /** Somebody looks. */
  @Operation
  public int inFlight() {
    return bulkhead.inFlight();
  }

  /** Somebody looks. */
  @Operation
  public int limit() {
    return bulkhead.maxConcurrentCalls();
  }

  @Test
  void isLinearizableInEveryInterleaving() {
    Lincheck.modelCheck(getClass());
  }

  @Test
  void isLinearizableOnRealThreads() {
    Lincheck.stress(getClass());
  }
}
