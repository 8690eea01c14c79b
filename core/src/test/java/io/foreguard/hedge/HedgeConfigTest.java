package io.foreguard.hedge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.foreguard.retry.RetryBudget;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class HedgeConfigTest {
  private final HedgeConfig.Builder builder = HedgeConfig.builder();

  @Test
  void theDefaultsAreAsDocumented() {
    HedgeConfig defaults = HedgeConfig.defaults();

    assertThat(defaults.fixedDelay()).isEmpty();
    assertThat(defaults.quantile()).isEqualTo(.95);
    assertThat(defaults.minDelay()).isEqualTo(Duration.ofMillis(1));
    assertThat(defaults.maxHedges()).isOne();
    assertThat(defaults.budget()).isEmpty();
    assertThat(defaults.budgetRatio()).isEqualTo(.05);
    assertThat(defaults.budgetBurst()).isEqualTo(5);
    assertThat(defaults.executor()).isEmpty();
    assertThat(defaults.hedgeIf().worthHedging(1)).isTrue();
    assertThat(defaults).hasToString(builder.build().toString());
  }

  @Test
  void toBuilderKeepsEverySetting() {
    RetryBudget budget = RetryBudget.of(.2, 3);
    Executor executor = Runnable::run;
    HedgeAdvisor never = attempts -> false;
    HedgeConfig config =
        builder
            .fixedDelay(Duration.ofMillis(7))
            .minDelay(Duration.ofMillis(3))
            .maxHedges(2)
            .budget(budget)
            .budgetRatio(.3)
            .budgetBurst(9)
            .executor(executor)
            .hedgeIf(never)
            .build();

    HedgeConfig copy = config.toBuilder().build();

    assertThat(copy.fixedDelay()).contains(Duration.ofMillis(7));
    assertThat(copy.minDelay()).isEqualTo(Duration.ofMillis(3));
    assertThat(copy.maxHedges()).isEqualTo(2);
    assertThat(copy.budget()).containsSame(budget);
    assertThat(copy.budgetRatio()).isEqualTo(.3);
    assertThat(copy.budgetBurst()).isEqualTo(9);
    assertThat(copy.executor()).containsSame(executor);
    assertThat(copy.hedgeIf()).isSameAs(never);
    assertThat(copy.toBuilder().quantile(.9).build().fixedDelay()).isEmpty();
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    refused(
        () -> builder.fixedDelay(Duration.ZERO),
        "fixedDelay must be longer than zero and at most 73 years, but was PT0S");
    refused(
        () -> builder.minDelay(Duration.ZERO),
        "minDelay must be longer than zero and at most 73 years, but was PT0S");
    refused(() -> builder.quantile(1), "quantile must be in [0.5, 1), but was 1.0");
    refused(() -> builder.quantile(.49), "quantile must be in [0.5, 1), but was 0.49");
    refused(() -> builder.quantile(Double.NaN), "quantile must be in [0.5, 1), but was NaN");
    refused(() -> builder.maxHedges(0), "maxHedges must be in [1, 10], but was 0");
    refused(() -> builder.maxHedges(11), "maxHedges must be in [1, 10], but was 11");
    refused(() -> builder.budgetRatio(0), "budgetRatio must be in (0, 1], but was 0.0");
    refused(() -> builder.budgetBurst(0), "budgetBurst must be in [1, 1000000], but was 0");
  }

  private static void refused(ThrowingCallable code, String message) {
    assertThatIllegalArgumentException().isThrownBy(code).withMessage(message);
  }
}
