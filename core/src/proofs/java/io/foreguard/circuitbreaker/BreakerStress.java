package io.foreguard.circuitbreaker;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.evidence.Signals;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.Optional;
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
import org.openjdk.jcstress.infra.results.LII_Result;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.ZII_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/**
 * What two threads may see of a circuit breaker. Everything is seen through the public API, so that
 * the proofs outlive the data structures behind it.
 */
public final class BreakerStress {
  private static final io.foreguard.evidence.Outcome FAILURE =
      io.foreguard.evidence.Outcome.FAILURE;
  private static final Duration OPEN = Duration.ofSeconds(1);
  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final CircuitBreakerConfig CLASSIC =
      CircuitBreakerConfig.builder()
          .policy(
              ClassicPolicy.builder()
                  .slidingWindow(ClassicPolicy.WindowType.COUNT_BASED, 10)
                  .openDuration(OPEN)
                  .halfOpenCalls(1)
                  .build())
          .permitLease(LEASE)
          .build();

  private BreakerStress() {}

  static CircuitBreaker classic(ManualClock clock) {
    return CircuitBreaker.of("stress", CLASSIC, clock);
  }

  static CircuitBreaker predictive(ManualClock clock) {
    return CircuitBreaker.of("stress", CircuitBreakerConfig.defaults(), clock);
  }

  /** Opens the circuit and lets its wait pass: the next call may be a probe. */
  static CircuitBreaker readyForProbes(CircuitBreaker breaker, ManualClock clock) {
    breaker.transitionToOpen();
    clock.advance(Duration.ofMinutes(2));
    return breaker;
  }

  static int inFlight(CircuitBreaker breaker) {
    return breaker.metrics().inFlight();
  }

  static int judged(CircuitBreaker breaker) {
    return (int) breaker.metrics().calls();
  }

  static int judgedOrStale(CircuitBreaker breaker) {
    CircuitBreakerMetrics metrics = breaker.metrics();
    return (int) (metrics.calls() + metrics.staleResults());
  }

  @JCStressTest
  @State
  @Outcome(
      id = {"true, false, 1", "false, true, 1"},
      expect = ACCEPTABLE,
      desc = "the first settling counts")
  @Outcome(expect = FORBIDDEN, desc = "settled twice or never")
  public static class SettleAgainstSettle {
    private final CircuitBreaker breaker = classic(new ManualClock());
    private final Permit permit = breaker.acquire();

    @Actor
    public void succeed(ZZI_Result r) {
      r.r1 = permit.success();
    }

    @Actor
    public void fail(ZZI_Result r) {
      r.r2 = permit.record(FAILURE);
    }

    @Arbiter
    public void look(ZZI_Result r) {
      r.r3 = judged(breaker);
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "judged once, and nothing is in flight")
  @Outcome(expect = FORBIDDEN, desc = "settled twice or never")
  public static class CancelAgainstEndOfStage {
    private final CircuitBreaker breaker = predictive(new ManualClock());
    private final CompletableFuture<String> body = new CompletableFuture<>();
    private final CompletionStage<String> call = breaker.callAsync(() -> body);

    @Actor
    public void end() {
      body.complete("answer");
    }

    @Actor
    public void cancel() {
      call.toCompletableFuture().cancel(true);
    }

    @Arbiter
    public void look(II_Result r) {
      r.r1 = judged(breaker);
      r.r2 = inFlight(breaker);
    }
  }

  @JCStressTest
  @State
  @Outcome(
      id = "2, 0",
      expect = ACCEPTABLE,
      desc = "both calls are counted and both slots are free")
  @Outcome(expect = FORBIDDEN, desc = "a count or slot is lost")
  public static class CallAgainstCall {
    private final CircuitBreaker breaker = predictive(new ManualClock());

    @Actor
    public void first() {
      breaker.acquire().success();
    }

    @Actor
    public void second() {
      breaker.acquire().success();
    }

    @Arbiter
    public void look(II_Result r) {
      r.r1 = judged(breaker);
      r.r2 = inFlight(breaker);
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "the failure and the success are counted")
  @Outcome(expect = FORBIDDEN, desc = "a count or slot is lost")
  public static class SuccessAgainstFailure {
    private final CircuitBreaker breaker = predictive(new ManualClock());

    @Actor
    public void succeed() {
      breaker.acquire().success();
    }

    @Actor
    public void fail() {
      breaker.acquire().record(FAILURE);
    }

    @Arbiter
    public void look(II_Result r) {
      r.r1 = judged(breaker);
      r.r2 = inFlight(breaker);
    }
  }

  @JCStressTest
  @State
  @Outcome(
      id = {"OPEN, 1, 0", "OPEN, 0, 0"},
      expect = ACCEPTABLE,
      desc = "judged in its era, or not judged")
  @Outcome(expect = FORBIDDEN, desc = "the old era's result moved the new one")
  public static class SuccessAgainstOpening {
    private final CircuitBreaker breaker = classic(new ManualClock());
    private final Permit permit = breaker.acquire();

    @Actor
    public void succeed() {
      permit.success();
    }

    @Actor
    public void open() {
      breaker.transitionToOpen();
    }

    @Arbiter
    public void look(LII_Result r) {
      r.r1 = breaker.state();
      r.r2 = judged(breaker);
      r.r3 = judgedOrStale(breaker) - 1 + inFlight(breaker);
    }
  }

  @JCStressTest
  @State
  @Outcome(
      id = {"true, 1, 0", "false, 1, 0"},
      expect = ACCEPTABLE,
      desc = "one probe is out, whatever became of the call from before")
  @Outcome(expect = FORBIDDEN, desc = "the call from before gave back the probe's permit")
  public static class AdmissionAgainstOpening {
    private final ManualClock clock = new ManualClock();
    private final CircuitBreaker breaker = classic(clock);
    private Optional<Permit> before = Optional.empty();

    @Actor
    public void acquire(ZII_Result r) {
      before = breaker.tryAcquire();
      r.r1 = before.isPresent();
    }

    @Actor
    public void open() {
      breaker.transitionToOpen();
    }

    @Arbiter
    public void look(ZII_Result r) {
      clock.advance(OPEN);
      Permit probe = breaker.acquire();
      before.ifPresent(Permit::success);
      before.ifPresent(Permit::release);
      r.r2 = probe.isProbe() ? inFlight(breaker) : -1;
      r.r3 = breaker.tryAcquire().isPresent() ? 1 : 0;
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "true, 1, 0", expect = ACCEPTABLE, desc = "the probe keeps the only place")
  @Outcome(
      expect = FORBIDDEN,
      desc = "a result from before the outage freed or filled a probe's place")
  public static class LateResultAgainstProbe {
    private final ManualClock clock = new ManualClock();
    private final CircuitBreaker breaker = classic(clock);
    private final Permit before = breaker.acquire();
    private Optional<Permit> probe = Optional.empty();

    /** Opens the circuit while a call is in flight. */
    public LateResultAgainstProbe() {
      breaker.transitionToOpen();
      clock.advance(OPEN);
    }

    @Actor
    public void endLate() {
      before.record(FAILURE);
    }

    @Actor
    public void probe() {
      probe = breaker.tryAcquire();
    }

    @Arbiter
    public void look(ZII_Result r) {
      r.r1 = probe.isPresent();
      r.r2 = inFlight(breaker);
      r.r3 = breaker.tryAcquire().isPresent() ? 1 : 0;
    }
  }

  @JCStressTest
  @State
  @Outcome(
      id = {"true, false, 1", "false, true, 1"},
      expect = ACCEPTABLE,
      desc = "one probe for two callers")
  @Outcome(expect = FORBIDDEN, desc = "none, or more than allowed")
  public static class OneClassicProbeForTwo {
    private final ManualClock clock = new ManualClock();
    private final CircuitBreaker breaker = readyForProbes(classic(clock), clock);

    @Actor
    public void first(ZZI_Result r) {
      r.r1 = breaker.tryAcquire().isPresent();
    }

    @Actor
    public void second(ZZI_Result r) {
      r.r2 = breaker.tryAcquire().isPresent();
    }

    @Arbiter
    public void look(ZZI_Result r) {
      r.r3 = inFlight(breaker);
    }
  }

  @JCStressTest
  @State
  @Outcome(
      id = {"true, false, 1", "false, true, 1"},
      expect = ACCEPTABLE,
      desc = "one probe for two callers")
  @Outcome(expect = FORBIDDEN, desc = "none, or more than allowed")
  public static class OnePredictiveProbeForTwo {
    private final ManualClock clock = new ManualClock();
    private final CircuitBreaker breaker = readyForProbes(predictive(clock), clock);

    @Actor
    public void first(ZZI_Result r) {
      r.r1 = breaker.tryAcquire().isPresent();
    }

    @Actor
    public void second(ZZI_Result r) {
      r.r2 = breaker.tryAcquire().isPresent();
    }

    @Arbiter
    public void look(ZZI_Result r) {
      r.r3 = inFlight(breaker);
    }
  }

  @JCStressTest
  @State
  @Outcome(
      id = "OPEN, 1, 0",
      expect = ACCEPTABLE,
      desc = "the operator has the last word, and the probe's result is counted once")
  @Outcome(expect = FORBIDDEN, desc = "anything else")
  public static class ProbeResultAgainstOperator {
    private final ManualClock clock = new ManualClock();
    private final CircuitBreaker breaker = readyForProbes(classic(clock), clock);
    private final Permit probe = breaker.acquire();

    @Actor
    public void succeed() {
      probe.success();
    }

    @Actor
    public void open() {
      breaker.transitionToOpen();
    }

    @Arbiter
    public void look(LII_Result r) {
      r.r1 = breaker.state();
      r.r2 = judgedOrStale(breaker);
      r.r3 = inFlight(breaker);
    }
  }

  @JCStressTest
  @State
  @Outcome(
      id = "SHADOW, OPEN",
      expect = ACCEPTABLE,
      desc = "mode and state change apart from each other")
  @Outcome(expect = FORBIDDEN, desc = "one change undid the other")
  public static class ModeAgainstTransition {
    private final CircuitBreaker breaker = classic(new ManualClock());

    @Actor
    public void shadow() {
      breaker.mode(Mode.SHADOW);
    }

    @Actor
    public void open() {
      breaker.transitionToOpen();
    }

    @Arbiter
    public void look(LL_Result r) {
      r.r1 = breaker.mode();
      r.r2 = breaker.state();
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "1, 0, 0, 0", expect = ACCEPTABLE, desc = "the result came in time and is judged")
  @Outcome(
      id = "0, 1, 1, 0",
      expect = ACCEPTABLE,
      desc = "the lease ran out first: the call is written off, its result counted as late")
  @Outcome(
      id = "1, 1, 0, 0",
      expect = ACCEPTABLE_INTERESTING,
      desc = "it came in time by its own reading of the clock, but was written off meanwhile")
  @Outcome(expect = FORBIDDEN, desc = "the slot is lost")
  public static class ResultAgainstEndOfLease {
    private final ManualClock clock = new ManualClock();
    private final CircuitBreaker breaker = classic(clock);
    private final Permit permit = breaker.acquire();

    @Actor
    public void succeed() {
      permit.success();
    }

    @Actor
    public void letTimePass() {
      clock.advance(LEASE.plusNanos(2));
      var unused = breaker.metrics();
    }

    @Arbiter
    public void look(IIII_Result r) {
      CircuitBreakerMetrics metrics = breaker.metrics();
      r.r1 = (int) metrics.calls();
      r.r2 = (int) metrics.lostPermits();
      r.r3 = (int) metrics.staleResults();
      r.r4 = metrics.inFlight();
    }
  }

  @JCStressTest
  @State
  @Outcome(
      id = "1, 0, 0, 0",
      expect = ACCEPTABLE,
      desc = "the probe's result came in time and is judged")
  @Outcome(
      id = "0, 1, 1, 0",
      expect = ACCEPTABLE,
      desc = "the lease ran out first: the place is free, the result counted as late")
  @Outcome(expect = FORBIDDEN, desc = "both, or neither")
  public static class ProbeResultAgainstEndOfLease {
    private final ManualClock clock = new ManualClock();
    private final CircuitBreaker breaker = readyForProbes(classic(clock), clock);
    private final Permit probe = breaker.acquire();

    @Actor
    public void fail() {
      probe.record(FAILURE);
    }

    @Actor
    public void letTimePass() {
      clock.advance(LEASE);
      var unused = breaker.metrics();
    }

    @Arbiter
    public void look(IIII_Result r) {
      CircuitBreakerMetrics metrics = breaker.metrics();
      r.r1 = (int) metrics.calls();
      r.r2 = (int) metrics.lostPermits();
      r.r3 = (int) metrics.staleResults();
      r.r4 = metrics.inFlight();
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "1, 2, 0", expect = ACCEPTABLE, desc = "one opening, told once")
  @Outcome(expect = FORBIDDEN, desc = "told twice, or lost")
  public static class TwoFailuresOpenOnce {
    private final CircuitBreaker breaker =
        CircuitBreaker.of(
            "stress",
            CLASSIC.toBuilder()
                .policy(
                    ClassicPolicy.builder()
                        .slidingWindow(ClassicPolicy.WindowType.COUNT_BASED, 1)
                        .build())
                .build(),
            new ManualClock());
    private final Permit first = breaker.acquire();
    private final Permit second = breaker.acquire();
    private final AtomicInteger told = new AtomicInteger();

    /** Listens. */
    public TwoFailuresOpenOnce() {
      var unused = breaker.events().onTransition(event -> told.incrementAndGet());
    }

    @Actor
    public void failFirst() {
      first.record(FAILURE);
    }

    @Actor
    public void failSecond() {
      second.record(FAILURE);
    }

    @Arbiter
    public void look(III_Result r) {
      r.r1 = told.get();
      r.r2 = judgedOrStale(breaker);
      r.r3 = inFlight(breaker);
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "false", expect = ACCEPTABLE, desc = "the model answers one question at a time")
  @Outcome(expect = FORBIDDEN, desc = "two at the same time")
  public static class OneQuestionAtATime {
    private final NotThreadSafe model = new NotThreadSafe();
    private final CircuitBreaker breaker =
        CircuitBreaker.of(
            "stress", CircuitBreakerConfig.builder().model(model).build(), new ManualClock());

    @Actor
    public void first() {
      breaker.acquire().record(FAILURE);
    }

    @Actor
    public void second() {
      breaker.acquire().record(FAILURE);
    }

    @Arbiter
    public void look(Z_Result r) {
      r.r1 = model.overlapped;
    }
  }

  private static final class NotThreadSafe implements SuccessModel {
    private final AtomicInteger inside = new AtomicInteger();
    private volatile boolean overlapped;

    @Override
    public String name() {
      return "not thread-safe";
    }

    @Override
    public boolean isCheap() {
      return true;
    }

    @Override
    public Estimate estimate(Signals signals) {
      if (inside.getAndIncrement() != 0) {
        overlapped = true;
      }
      inside.decrementAndGet();
      return Estimate.abstain(this, "it only counts");
    }
  }
}
