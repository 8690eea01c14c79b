package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.internal.CallSlots;
import io.foreguard.evidence.internal.EvidenceLedger;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The classic policy by itself. */
class ClassicLogicTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long LEASE = 7 * SECOND;

  private final ClassicPolicy policy =
      ClassicPolicy.builder()
          .slidingWindow(ClassicPolicy.WindowType.COUNT_BASED, 20)
          .minimumCalls(10)
          .openDuration(Duration.ofSeconds(30))
          .build();
  private final long now = new ManualClock().nanoTime(); // overflows after a second
  private final EvidenceLedger ledger =
      new EvidenceLedger(new CallSlots(), policy.newWindow(), now);
  private final ClassicLogic logic = new ClassicLogic(policy, LEASE, now);

  @Nested
  class Successes {
    @Test
    void mayWaitOnceEnoughCallsAreKnownAndAllWentWell() {
      add(9, Outcome.SUCCESS);
      assertThat(logic.wantsEveryOutcome(ledger)).isTrue();

      add(1, Outcome.SUCCESS);
      assertThat(logic.wantsEveryOutcome(ledger)).isFalse();
    }

    @Test
    void mayNotWaitWhileAFailureIsInTheWindow() {
      add(12, Outcome.SUCCESS);
      add(1, Outcome.FAILURE);
      assertThat(logic.wantsEveryOutcome(ledger)).isTrue();

      add(20, Outcome.SUCCESS);
      assertThat(logic.wantsEveryOutcome(ledger)).isFalse();
    }

    @Test
    void mayNotWaitWhileASlowCallIsInTheWindow() {
      add(12, Outcome.SUCCESS);
      add(1, Outcome.SLOW_SUCCESS);
      assertThat(logic.wantsEveryOutcome(ledger)).isTrue();

      add(20, Outcome.SUCCESS);
      assertThat(logic.wantsEveryOutcome(ledger)).isFalse();
    }
  }

  @Nested
  class Waits {
    @Test
    void forProbesLastFromTheMoveOn() {
      logic.entered(State.OPEN, ledger, now + SECOND);

      assertThat(logic.opensForProbesAt()).isEqualTo(now + 31 * SECOND);
    }

    @Test
    void areAsLongForAProbeThatSaidNothing() {
      assertThat(logic.pauseUntil(State.HALF_OPEN, ledger, now)).isEqualTo(now + 30 * SECOND);
    }

    @Test
    void forAPermitAreItsLease() {
      assertThat(logic.leaseUntil(ledger, now)).isEqualTo(now + LEASE);
    }
  }

  private void add(int calls, Outcome outcome) {
    for (int i = 0; i < calls; i++) {
      ledger.add(outcome, SECOND / 50, 2, now);
    }
  }
}
