package io.foreguard.circuitbreaker;

import static io.foreguard.circuitbreaker.BreakerStress.inFlight;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.foreguard.CallContext;
import io.foreguard.time.ManualClock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** What two threads may see of a call that asks several breakers: all of them or none. */
public final class KeysStress {
  private static final io.foreguard.evidence.Outcome FAILURE =
      io.foreguard.evidence.Outcome.FAILURE;
  private static final CallContext REPLICA = CallContext.of("replica", "a");
  private static final CallContext BOTH = REPLICA.and("tenant", "acme");

  private KeysStress() {}

  private static int calls(CircuitBreaker breaker) {
    return (int)
        (breaker.metrics().calls()
            + breaker.key("replica", "a").metrics().calls()
            + breaker.key("tenant", "acme").metrics().calls());
  }

  private static int allInFlight(CircuitBreaker breaker) {
    return inFlight(breaker)
        + inFlight(breaker.key("replica", "a"))
        + inFlight(breaker.key("tenant", "acme"));
  }

  @JCStressTest
  @State
  @Outcome(
      id = {"true, false, 3", "false, true, 3"},
      expect = ACCEPTABLE,
      desc = "the first settling counts, for all of them")
  @Outcome(expect = FORBIDDEN, desc = "settled twice or never")
  public static class SettleAgainstSettle {
    private final CircuitBreaker breaker = BreakerStress.predictive(new ManualClock());
    private final Permit permit = breaker.acquire(BOTH);

    @Actor
    public void succeed(ZZI_Result r) {
      r.r1 = permit.result("answer");
    }

    @Actor
    public void fail(ZZI_Result r) {
      r.r2 = permit.record(FAILURE);
    }

    @Arbiter
    public void look(ZZI_Result r) {
      r.r3 = allInFlight(breaker) == 0 ? calls(breaker) : -1;
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "2, 0, 0", expect = ACCEPTABLE, desc = "what was granted is given back")
  @Outcome(expect = FORBIDDEN, desc = "a place is lost")
  public static class RefusalAgainstCall {
    private final CircuitBreaker breaker = BreakerStress.predictive(new ManualClock());

    /** Lets one key refuse. */
    public RefusalAgainstCall() {
      breaker.key("tenant", "acme").transitionToOpen();
    }

    @Actor
    public void refused(III_Result r) {
      r.r2 = breaker.tryAcquire(BOTH).isPresent() ? 1 : 0;
    }

    @Actor
    public void call() {
      breaker.acquire(REPLICA).success();
    }

    @Arbiter
    public void look(III_Result r) {
      r.r1 = calls(breaker);
      r.r3 = allInFlight(breaker);
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "1, 1, 1, 0", expect = ACCEPTABLE, desc = "one key, one breaker, two calls")
  @Outcome(expect = FORBIDDEN, desc = "a call is lost")
  public static class TwoMakeAKey {
    private final CircuitBreaker breaker = BreakerStress.predictive(new ManualClock());

    @Actor
    public void first() {
      breaker.acquire(REPLICA).success();
    }

    @Actor
    public void second() {
      breaker.acquire(REPLICA).success();
    }

    @Arbiter
    public void look(IIII_Result r) {
      r.r1 = breaker.keys("replica").size();
      r.r2 = breaker.metrics().successes() == 2 ? 1 : 0;
      r.r3 = breaker.key("replica", "a").metrics().successes() == 2 ? 1 : 0;
      r.r4 = allInFlight(breaker);
    }
  }
}
