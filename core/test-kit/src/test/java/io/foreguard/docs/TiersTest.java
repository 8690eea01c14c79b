package io.foreguard.docs;

import static io.foreguard.test.assertion.ForeguardAssertions.assertThat;

import io.foreguard.circuitbreaker.RejectionReason;
import io.foreguard.fallback.Answer;
import io.foreguard.fallback.Fallback;
import io.foreguard.fallback.LastKnownGoodConfig;
import io.foreguard.guard.FallbackGuard;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.retry.RetryConfig;
import io.foreguard.test.ForeguardExtension;
import io.foreguard.test.GuardProbe;
import io.foreguard.test.ScriptedDependency;
import io.foreguard.test.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ForeguardExtension.class)
class TiersTest {
  private ScriptedDependency loyalty;
  private Tiers tiers;
  private GuardProbe probe;

  @BeforeEach
  void prepare(VirtualTime time, ForeguardRegistry registry) {
    loyalty = ScriptedDependency.of("loyalty", time).taking(Duration.ofMillis(20));
    tiers = new Tiers(customer -> loyalty.answer("gold"), registry);
    probe = GuardProbe.of(tiers.guard);
  }

  @Test
  void aCustomerKeepsTheTierWhileLoyaltyIsDown(VirtualTime time) {
    probe.call(() -> tiers.tier("c1"));
    loyalty.failing();
    time.advance(Duration.ofMinutes(5));

    probe.call(() -> tiers.tier("c1"));
    assertThat(probe.last()).answers("gold").isStale().hasAgeBetween(minutes(5), minutes(6));

    time.advance(Duration.ofMinutes(6)); // older than the fallback may be
    probe.call(() -> tiers.tier("c1"));
    assertThat(probe.last()).answers("STANDARD").isMadeUp();
  }

  @Test
  void aHangCostsTheCallerOneSecondAtMost() {
    loyalty.hanging();

    probe.call(() -> tiers.tier("c1"));

    assertThat(probe.last())
        .answers("STANDARD")
        .timedOut()
        .tookBetween(Duration.ofMillis(800), Duration.ofSeconds(1));
  }

  @Test
  void anOutageOfTenMinutesIsNotHammered(VirtualTime time) {
    probe.call(1_000, Duration.ofMillis(50), () -> tiers.tier("c1"));
    loyalty.failing().after(Duration.ofMinutes(10), ScriptedDependency::recovering);

    try (GuardProbe outage = GuardProbe.of(tiers.guard)) {
      outage.call(11_900, Duration.ofMillis(50), () -> tiers.tier("c1"));

      assertThat(outage).hasOpenedBy(time.elapsed()).sentAtMost(300).rejectedAtLeast(11_000);
      assertThat(outage.last()).isRejected().withReason(RejectionReason.OPEN);
      assertThat(outage).circuitBreaker().isOpen().explains("P(success)");
    }

    probe.call(2_000, Duration.ofMillis(50), () -> tiers.tier("c1"));
    assertThat(probe.last()).isFresh();
    assertThat(probe).circuitBreaker().isClosed();
  }

  private static Duration minutes(int minutes) {
    return Duration.ofMinutes(minutes);
  }

  /** The code under test. */
  static final class Tiers {
    private final LoyaltyClient client;
    private final FallbackGuard<String> guard;

    Tiers(LoyaltyClient client, ForeguardRegistry registry) {
      this.client = client;
      guard =
          registry
              .guard(
                  "loyalty",
                  g ->
                      g.timeout(Duration.ofMillis(800))
                          .deadline(Duration.ofSeconds(1))
                          .retry(RetryConfig.builder().maxAttempts(2).build()))
              .withFallback(
                  Fallback.<String>lastKnownGood(
                          LastKnownGoodConfig.of(Duration.ofMinutes(10)), registry.clock())
                      .orElse(Fallback.value("STANDARD")));
    }

    Answer<String> tier(String customer) throws Exception {
      return guard.answer(customer, () -> client.tier(customer));
    }
  }

  interface LoyaltyClient {
    String tier(String customer) throws IOException;
  }
}
