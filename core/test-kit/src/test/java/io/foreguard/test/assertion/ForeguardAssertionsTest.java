package io.foreguard.test.assertion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.foreguard.circuitbreaker.RejectionReason;
import io.foreguard.fallback.Answer;
import io.foreguard.fallback.Fallback;
import io.foreguard.guard.FallbackGuard;
import io.foreguard.guard.Guard;
import io.foreguard.test.CallReport;
import io.foreguard.test.GuardProbe;
import io.foreguard.test.ScriptedDependency;
import io.foreguard.test.VirtualTime;
import java.time.Duration;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each assertion fails when it should, and says why. */
class ForeguardAssertionsTest {
  private final VirtualTime time = VirtualTime.create();
  private final ScriptedDependency loyalty =
      ScriptedDependency.of("loyalty", time).taking(Duration.ofMillis(20));
  private final Guard guard = Guard.builder("loyalty").clock(time).build();
  private final FallbackGuard<String> tiers = guard.withFallback(Fallback.value("none"));
  private final GuardProbe probe = GuardProbe.of(tiers);

  @BeforeEach
  void oneCallThatIsWell() {
    probe.call(() -> guard.call(() -> loyalty.answer("100 % gold")));
  }

  @Test
  void callsThatAreWellAreNotTakenForOthers() {
    call("be rejected", CallReportAssert::isRejected);
    call("run out of time", CallReportAssert::timedOut);
    call("be answered STALE", CallReportAssert::isStale);
    call("be answered DEFAULT", CallReportAssert::isMadeUp);
    call("answer silver", c -> c.answers("silver"));
    call("be of an age", c -> c.hasAge(Duration.ofSeconds(1)));
    call("take between", c -> c.took(Duration.ofMillis(19)));
    call("be sent 2 times", c -> c.wasSent(2));
    call("fail with", c -> c.failedWith(Exception.class));
  }

  @Test
  void failedCallsAreNotTakenForAnswered() {
    loyalty.failing();
    probe.call(() -> guard.call(() -> loyalty.answer("gold")));

    call("be answered", CallReportAssert::isAnswered);
    call("be answered", CallReportAssert::isFresh);
    call("be answered", c -> c.answers(null));
  }

  @Test
  void aMessageTellsWhatTheBreakerThinksAndWhatHappened() {
    call("#1 answered 100 % gold (fresh) in 0.020 s, sent 1 times", CallReportAssert::isRejected);
    call("Guard 'loyalty' at 0.020 s: CLOSED by policy predictive", CallReportAssert::isRejected);
    call("ended: SUCCESS after 0.020 s", CallReportAssert::isRejected);
  }

  @Test
  void refusalsAreToldApart() {
    guard.circuitBreaker().transitionToOpen();
    CallReport<String> refused = probe.call(() -> tiers.call(null, () -> loyalty.answer("gold")));
    RejectionAssert refusal = ForeguardAssertions.assertThat(refused).isMadeUp().isRejected();

    refusal.withReason(RejectionReason.OPEN).from("loyalty");
    fails("for the reason THROTTLED", () -> refusal.withReason(RejectionReason.THROTTLED));
    fails("be by a bulkhead", refusal::byBulkhead);
    fails("be from 'points'", () -> refusal.from("points"));
    fails("say \"nonsense\"", () -> refusal.explains("nonsense"));
    fails(
        "come back between 0.000 s and 0.000 s",
        () -> refusal.withRetryAfterBetween(Duration.ZERO, Duration.ZERO));
    fails("be let through", () -> ForeguardAssertions.assertThat(refused).isNotRejected());
  }

  @Test
  void breakersAreToldApart() {
    CircuitBreakerAssert breaker = ForeguardAssertions.assertThat(guard);

    breaker.isClosed().hasAdmissionShareAtLeast(1);
    fails("be OPEN", breaker::isOpen);
    fails("be HALF_OPEN", breaker::isHalfOpen);
    fails("be THROTTLED", breaker::isThrottled);
    fails("admit a share below 0.2", () -> breaker.hasAdmissionShareBelow(.2));
    fails("expect success with less than", () -> breaker.hasSuccessProbabilityBelow(.1));
    fails("say \"nonsense\"", () -> breaker.explains("nonsense"));
    fails("classic thresholds would admit", breaker::isOpen);
    guard.circuitBreaker().transitionToOpen();
    fails("at least 0.5", () -> breaker.hasAdmissionShareAtLeast(.5));
    fails(
        "by an operator", () -> ForeguardAssertions.assertThat(probe).circuitBreaker().isClosed());
  }

  @Test
  void answersAreToldApart() {
    AnswerAssert<String> answer = ForeguardAssertions.assertThat(Answer.fresh("gold"));

    answer.isFresh().hasValue("gold").hasAge(Duration.ZERO);
    fails("come from STALE", answer::isStale);
    fails("come from DEFAULT", answer::isMadeUp);
    fails("be silver", () -> answer.hasValue("silver"));
    fails("have an age", () -> answer.hasAge(Duration.ofSeconds(1)));
    fails("take the place of", () -> answer.isCausedBy(Exception.class));
  }

  @Test
  void probesAreToldApart() {
    GuardProbeAssert seen = ForeguardAssertions.assertThat(probe);

    seen.sent(1).sentAtMost(1).sentAtLeast(1).rejected(0).retried(0).timedOut(0).hasNotOpened();
    fails("send 2 attempts", () -> seen.sent(2));
    fails("send at most 0", () -> seen.sentAtMost(0));
    fails("send at least 2", () -> seen.sentAtLeast(2));
    fails("reject 1", () -> seen.rejected(1));
    fails("reject at least 1", () -> seen.rejectedAtLeast(1));
    fails("retry 1", () -> seen.retried(1));
    fails("run out of time 1", () -> seen.timedOut(1));
    fails("answer 1 calls from STALE", () -> seen.served(1, Answer.Source.STALE));
    fails("not opened", () -> seen.hasOpenedBy(Duration.ofDays(1)));
    guard.circuitBreaker().transitionToOpen();
    fails("leave the circuit closed", seen::hasNotOpened);
    fails("opened at 0.020 s", () -> seen.hasOpenedBy(Duration.ofMillis(19)));
  }

  private void call(String message, Consumer<CallReportAssert> assertion) {
    fails(message, () -> assertion.accept(ForeguardAssertions.assertThat(probe.last())));
  }

  private static void fails(String message, ThrowingCallable assertion) {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(assertion)
        .satisfies(thrown -> assertThat(thrown).hasMessageContaining(message));
  }
}
