package io.foreguard.test;

import static io.foreguard.test.assertion.ForeguardAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.foreguard.bulkhead.BulkheadConfig;
import io.foreguard.circuitbreaker.CircuitOpenException;
import io.foreguard.circuitbreaker.RejectionReason;
import io.foreguard.fallback.Answer;
import io.foreguard.fallback.Fallback;
import io.foreguard.fallback.LastKnownGoodConfig;
import io.foreguard.guard.FallbackGuard;
import io.foreguard.guard.Guard;
import io.foreguard.retry.Backoff;
import io.foreguard.retry.RetryConfig;
import io.foreguard.timeout.TimeoutExceededException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GuardProbeTest {
  private static final Duration LATENCY = Duration.ofMillis(20);

  private final VirtualTime time = VirtualTime.create();
  private final ScriptedDependency loyalty = ScriptedDependency.of("loyalty", time).taking(LATENCY);

  @Test
  void aTimeOutEndsASlowCallAtItsTimeOnTheTestsThread() {
    Guard guard = guardWithTimeout();
    GuardProbe probe = GuardProbe.of(guard);
    loyalty.taking(Duration.ofSeconds(5));

    probe.call(() -> guard.call(() -> loyalty.answer("gold")));

    assertThat(probe.last())
        .timedOut()
        .failedWith(TimeoutExceededException.class)
        .took(Duration.ofMillis(800))
        .wasSent(1);
    assertThat(probe).timedOut(1).sent(1).rejected(0);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void aTimeOutEndsAHang() {
    Guard guard = guardWithTimeout();
    loyalty.hanging();

    assertThat(GuardProbe.of(guard).call(() -> guard.call(() -> loyalty.answer("gold"))))
        .timedOut()
        .took(Duration.ofMillis(800));
    assertThat(
            GuardProbe.of(guard)
                .callAsync(() -> guard.callAsync(() -> loyalty.answerAsync("gold"))))
        .timedOut()
        .took(Duration.ofMillis(800));
  }

  @Test
  void retriesWaitInVirtualTime() {
    Guard guard = guardWithRetries();
    GuardProbe probe = GuardProbe.of(guard);
    loyalty.failNext(2, new IOException("refused"));

    probe.call(() -> guard.call(() -> loyalty.answer("gold")));

    assertThat(probe.last()).answers("gold").isFresh().wasSent(3).took(Duration.ofMillis(2_060));
    assertThat(probe).retried(2);
  }

  @Test
  void retriesOfStagesWaitInVirtualTime() {
    Guard guard = guardWithRetries();
    GuardProbe probe = GuardProbe.of(guard);
    loyalty.failNext(2, new IOException("refused"));

    probe.callAsync(() -> guard.callAsync(() -> loyalty.answerAsync("gold")));

    assertThat(probe.last()).answers("gold").wasSent(3).took(Duration.ofMillis(2_060));
  }

  @Test
  void anOutageOpensTheCircuitAndStaleAnswersAreServed() {
    FallbackGuard<String> tiers = tiers();
    GuardProbe probe = GuardProbe.of(tiers);
    probe.call(100, Duration.ofMillis(50), () -> tiers.call("c1", () -> loyalty.answer("gold")));
    assertThat(probe.last()).isFresh().isNotRejected();
    loyalty.failing();
    Duration start = time.elapsed();

    probe.call(100, Duration.ofMillis(50), () -> tiers.call("c1", () -> loyalty.answer("gold")));

    assertThat(probe.last())
        .answers("gold")
        .isStale()
        .hasAgeBetween(Duration.ofSeconds(4), Duration.ofSeconds(6))
        .isRejected()
        .withReason(RejectionReason.OPEN)
        .from("loyalty")
        .withRetryAfterBetween(Duration.ZERO, Duration.ofSeconds(60));
    assertThat(probe)
        .hasOpenedBy(start.plus(Duration.ofSeconds(3)))
        .sentAtMost(150)
        .rejectedAtLeast(50)
        .served(100, Answer.Source.STALE);
    assertThat(probe).circuitBreaker().isOpen().hasAdmissionShareBelow(.2).explains("P(success)");
  }

  @Test
  void knowsAnAnswerThatTheCodeUnderTestReturns() throws Exception {
    FallbackGuard<String> tiers = tiers();
    GuardProbe probe = GuardProbe.of(tiers.guard());
    assertThat(tiers.answer("c1", () -> loyalty.answer("gold"))).isFresh().hasValue("gold");
    loyalty.failing();
    time.advance(Duration.ofSeconds(5));

    Answer<String> answer = tiers.answer("c1", () -> loyalty.answer("gold"));
    assertThat(answer)
        .isStale()
        .hasAge(Duration.ofSeconds(5).plus(LATENCY))
        .isCausedBy(ScriptedFailure.class);
    assertThat(probe.call(() -> tiers.answer("c2", () -> loyalty.answer("gold"))))
        .answers("STANDARD")
        .isMadeUp();
  }

  @Test
  void aCallAfterAnAnsweredOneIsNotTakenForAnswered() {
    FallbackGuard<String> tiers = tiers();
    GuardProbe probe = GuardProbe.of(tiers);
    loyalty.failNext(1, new IOException("refused"));
    probe.call(() -> tiers.call("c1", () -> loyalty.answer("gold")));
    assertThat(probe.last()).isMadeUp();

    probe.call(() -> tiers.call("c1", () -> loyalty.answer("gold")));
    assertThat(probe.last()).isFresh().hasAge(Duration.ZERO);
  }

  @Test
  void aFullBulkheadIsSeen() {
    Guard guard =
        Guard.builder("loyalty")
            .clock(time)
            .bulkhead(BulkheadConfig.builder().maxConcurrentCalls(2).build())
            .build();
    GuardProbe probe = GuardProbe.of(guard);
    List<CompletableFuture<String>> inFlight = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      inFlight.add(guard.callAsync(() -> loyalty.answerAsync("gold")).toCompletableFuture());
    }

    probe.call(() -> guard.call(() -> loyalty.answer("gold")));
    assertThat(probe.last()).isRejected().byBulkhead();
    assertThat(probe).rejected(1).sent(2);

    time.advance(LATENCY);
    assertThat(inFlight).allMatch(CompletableFuture::isDone);
  }

  @Test
  void callsFollowTheirRateOrTheCallBefore() {
    Guard guard = Guard.builder("loyalty").clock(time).build();
    GuardProbe probe = GuardProbe.of(guard);

    List<CallReport<String>> slow =
        probe.call(3, Duration.ofMillis(10), () -> loyalty.answer("gold"));
    List<CallReport<String>> calm =
        probe.call(2, Duration.ofSeconds(1), () -> loyalty.answer("gold"));

    assertThat(slow.stream().map(CallReport::startedAt).map(Duration::toMillis))
        .containsExactly(0L, 20L, 40L);
    assertThat(calm.stream().map(CallReport::startedAt).map(Duration::toMillis))
        .containsExactly(60L, 1_060L);
  }

  @Test
  void aClosedProbeListensNoLonger() {
    Guard guard = Guard.builder("loyalty").clock(time).build();
    GuardProbe probe = GuardProbe.of(guard);
    probe.close();

    GuardProbe other = GuardProbe.of(guard);
    other.call(() -> guard.call(() -> loyalty.answer("gold")));

    assertThat(probe).sent(0);
    assertThat(other).sent(1);
    assertThat(time.probes()).containsExactly(other);
  }

  @Test
  void refusesAGuardThatLivesInRealTime() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GuardProbe.of(Guard.of("loyalty")))
        .withMessageContaining("clock(time)");
  }

  @Test
  void hasNoLastCallBeforeTheFirst() {
    GuardProbe probe = GuardProbe.of(Guard.builder("loyalty").clock(time).build());
    assertThatIllegalStateException().isThrownBy(probe::last);
  }

  @Test
  void anOperatorsWordIsSeenToo() {
    Guard guard = time.newRegistry().guard("loyalty");
    GuardProbe probe = GuardProbe.of(guard);
    guard.circuitBreaker().transitionToOpen();

    probe.call(() -> guard.call(() -> loyalty.answer("gold")));

    assertThat(probe.last()).failedWith(CircuitOpenException.class).isRejected().explains("OPEN");
    assertThat(guard).isOpen();
    assertThat(probe.history()).contains("CLOSED -> OPEN: by an operator", "rejected: OPEN");
  }

  private Guard guardWithTimeout() {
    return Guard.builder("loyalty").clock(time).timeout(Duration.ofMillis(800)).build();
  }

  private Guard guardWithRetries() {
    RetryConfig retry =
        RetryConfig.builder().maxAttempts(3).backoff(Backoff.fixed(Duration.ofSeconds(1))).build();
    return Guard.builder("loyalty").clock(time).retry(retry).build();
  }

  private FallbackGuard<String> tiers() {
    return Guard.builder("loyalty")
        .clock(time)
        .build()
        .withFallback(
            Fallback.<String>lastKnownGood(LastKnownGoodConfig.of(Duration.ofMinutes(10)), time)
                .orElse(Fallback.value("STANDARD")));
  }
}
