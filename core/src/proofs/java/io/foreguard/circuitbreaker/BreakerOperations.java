package io.foreguard.circuitbreaker;

import io.foreguard.Lincheck;
import io.foreguard.circuitbreaker.ClassicPolicy.WindowType;
import io.foreguard.evidence.Outcome;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Test;

/**
 * The decisions of a breaker with fixed thresholds are linearizable: whatever the threads do, calls
 * are admitted, judged and refused as if one after the other. Each thread settles what it acquired
 * itself.
 *
 * <p>Time stands still. A call brings the time of its arrival with it, so an operation that time
 * overtakes counts as made before: by intent it takes effect at a moment that has passed, which is
 * not linearizable.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
public abstract class BreakerOperations {
  private static final Duration OPEN = Duration.ofSeconds(1);
  private static final CircuitBreakerConfig CONFIG =
      CircuitBreakerConfig.builder()
          .policy(
              ClassicPolicy.builder()
                  .slidingWindow(WindowType.COUNT_BASED, 2)
                  .failureRateThreshold(1)
                  .openDuration(OPEN)
                  .halfOpenCalls(1)
                  .build())
          .build();

  private final CircuitBreaker breaker;
  private final AtomicReferenceArray<Permit> held = new AtomicReferenceArray<>(8);

  /** Starts with a closed circuit, or an open one whose wait is over: the next call is a probe. */
  BreakerOperations(boolean open) {
    ManualClock clock = new ManualClock(0);
    breaker = CircuitBreaker.of("lincheck", CONFIG, clock);
    if (open) {
      breaker.transitionToOpen();
      clock.advance(OPEN);
    }
  }

  /** A call begins unless this thread has one already. */
  @Operation
  public String acquire(@Param(name = "thread") int thread) {
    if (held.get(thread) != null) {
      return "has one";
    }
    Permit permit = breaker.tryAcquire().orElse(null);
    held.set(thread, permit);
    return permit == null ? "refused" : permit.isProbe() ? "probe" : "admitted";
  }

  /** This thread's call succeeds. */
  @Operation
  public boolean succeed(@Param(name = "thread") int thread) {
    Permit permit = held.getAndSet(thread, null);
    return permit != null && permit.success();
  }

  /** This thread's call fails. */
  @Operation
  public boolean fail(@Param(name = "thread") int thread) {
    Permit permit = held.getAndSet(thread, null);
    return permit != null && permit.record(Outcome.FAILURE);
  }

  /** An operator steps in. */
  @Operation
  public void open() {
    breaker.transitionToOpen();
  }

  /** Somebody looks. */
  @Operation
  public String state() {
    return breaker.state().name();
  }

  @Test
  void isLinearizableInEveryInterleaving() {
    // The evidence has its own tests; its steps would hide those of the breaker by their number.
    Lincheck.modelCheck(getClass(), "io.foreguard.evidence.", "io.foreguard.estimation.");
  }

  @Test
  void isLinearizableOnRealThreads() {
    Lincheck.stress(getClass());
  }
}
