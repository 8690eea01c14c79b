package io.foreguard.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RetryConfigTest {
  @Test
  void hasTheDocumentedDefaults() {
    RetryConfig config = RetryConfig.defaults();

    assertThat(config.maxAttempts()).isEqualTo(3);
    assertThat(config.baseDelay()).hasMillis(100);
    assertThat(config.maxDelay()).hasSeconds(10);
    assertThat(config.multiplier()).isEqualTo(2);
    assertThat(config.jitter()).isEqualTo(Jitter.FULL);
    assertThat(config.deadline()).isEmpty();
    assertThat(config.retryOnResult()).isEmpty();
    assertThat(config.budget()).isEmpty();
    assertThat(config.budgetRatio()).isEqualTo(0.1);
    assertThat(config.budgetBurst()).isEqualTo(10);
  }

  @Test
  void refusesEachSettingOutOfRange() {
    refuses(b -> b.maxAttempts(0), "maxAttempts must be in [1, 1000000], but was 0");
    refuses(b -> b.maxAttempts(-3), "maxAttempts must be in [1, 1000000], but was -3");
    refuses(b -> b.baseDelay(Duration.ofMillis(-1)), "baseDelay must be zero or longer");
    refuses(b -> b.maxDelay(Duration.ofDays(40_000)), "maxDelay must be zero or longer, and at");
    refuses(b -> b.multiplier(0.5), "multiplier must be at least 1 and finite, but was 0.5");
    refuses(b -> b.multiplier(Double.NaN), "multiplier must be at least 1 and finite, but was NaN");
    refuses(b -> b.deadline(Duration.ZERO), "deadline must be longer than zero");
    refuses(b -> b.budgetRatio(Double.NaN), "budgetRatio must be in (0, 1], but was NaN");
    refuses(b -> b.budgetBurst(0), "budgetBurst must be in [1, 1000000], but was 0");
  }

  @Test
  void refusesContradictions() {
    refuses(
        b -> b.baseDelay(Duration.ofSeconds(2)).maxDelay(Duration.ofSeconds(1)).build(),
        "baseDelay must be at most maxDelay (PT1S), but was PT2S");
    refuses(
        b -> b.deadline(Duration.ofMillis(100)).build(),
        "baseDelay must be shorter than deadline (PT0.1S), but was PT0.1S");
    refuses(
        b -> b.backoff(Backoff.none()).jitter(Jitter.EQUAL).build(),
        "backoff must be unset when baseDelay, multiplier or jitter is set");
    refuses(
        b -> b.budget(RetryBudget.unlimited()).budgetBurst(3).build(),
        "budget must be unset when budgetRatio or budgetBurst is set");
  }

  @Test
  void namesTheSettingThatIsNull() {
    RetryConfig.Builder builder = RetryConfig.builder();
    assertThatNullPointerException()
        .isThrownBy(() -> builder.jitter(null))
        .withMessage("jitter must not be null");
    assertThatNullPointerException()
        .isThrownBy(() -> builder.retryOn(null))
        .withMessage("retryOn must not be null");
  }

  @Test
  void toBuilderKeepsEverySetting() {
    Backoff backoff = Backoff.fixed(Duration.ofMillis(5));
    RetryBudget budget = RetryBudget.of(0.5, 5);
    Random random = new Random(1);
    RetryAdvisor advisor = (attempt, failure) -> false;
    RetryConfig config =
        RetryConfig.builder()
            .maxAttempts(7)
            .maxDelay(Duration.ofSeconds(3))
            .backoff(backoff)
            .random(random)
            .deadline(Duration.ofSeconds(30))
            .retryOn(failure -> false)
            .retryOnResult(result -> true)
            .retryIf(advisor)
            .budget(budget)
            .build();

    assertThat(config.toBuilder().build()).usingRecursiveComparison().isEqualTo(config);
    RetryConfig plain = RetryConfig.builder().multiplier(3).budgetBurst(4).build();
    assertThat(plain.toBuilder().build()).usingRecursiveComparison().isEqualTo(plain);
    assertThat(plain.toBuilder().jitter(Jitter.EQUAL).build().backoff())
        .isInstanceOfSatisfying(
            ExponentialBackoff.class,
            exponential -> {
              assertThat(exponential.multiplier()).isEqualTo(3);
              assertThat(exponential.jitter()).isEqualTo(Jitter.EQUAL);
            });
  }

  private static void refuses(Consumer<RetryConfig.Builder> setting, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> setting.accept(RetryConfig.builder()))
        .withMessageStartingWith(message);
  }
}
