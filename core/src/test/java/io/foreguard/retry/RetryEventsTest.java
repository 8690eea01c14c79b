package io.foreguard.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foreguard.event.Subscription;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryEventsTest {
  private final ManualClock clock = new ManualClock();
  private final IOException down = new IOException("down");

  @Test
  void tellsOfEachRetryAndOfTheSuccessAfterIt() throws Exception {
    Retry retry = retry(plain());
    List<RetryEvent> events = new ArrayList<>();
    retry.events().onAny(events::add);

    retry.call(new Script(down, down, "answer"));

    assertThat(events).hasSize(3);
    assertThat(events.get(0))
        .isInstanceOfSatisfying(
            RetryEvent.Retrying.class,
            event -> {
              assertThat(event.retry()).isEqualTo("backend");
              assertThat(event.attempts()).isEqualTo(1);
              assertThat(event.delay()).hasMillis(100);
              assertThat(event.cause()).containsSame(down);
            });
    assertThat(events.get(1))
        .isInstanceOfSatisfying(
            RetryEvent.Retrying.class, event -> assertThat(event.delay()).hasMillis(200));
    assertThat(events.get(2)).isInstanceOf(RetryEvent.SuccessAfterRetry.class);
    assertThat(events.get(2).attempts()).isEqualTo(3);
    assertThat(events.get(2).time()).isEqualTo(clock.wallTime());
  }

  @Test
  void aCallThatSucceedsAtOnceOrIsNotRepeatableIsNoEvent() throws Exception {
    Retry retry = retry(plain().retryOn(failure -> false));
    List<RetryEvent> events = new ArrayList<>();
    retry.events().onAny(events::add);

    retry.call(new Script("answer"));
    assertThatThrownBy(() -> retry.call(new Script(down))).isSameAs(down);

    assertThat(events).isEmpty();
  }

  @Test
  void givesTheReasonWhyACallIsGivenUp() {
    assertThat(reason(plain().maxAttempts(1))).isEqualTo(StopReason.ATTEMPTS);
    assertThat(reason(plain().deadline(Duration.ofMillis(101)))).isEqualTo(StopReason.DEADLINE);
    assertThat(reason(plain().retryIf((attempt, failure) -> false))).isEqualTo(StopReason.ADVICE);
    assertThat(reason(plain().retryAfter(failure -> Optional.of(Duration.ofHours(1)))))
        .isEqualTo(StopReason.RETRY_AFTER);
  }

  @Test
  void aSpentBudgetIsAnEventOfItsOwn() {
    Retry retry = retry(plain().budgetBurst(1));
    List<RetryEvent> exhausted = new ArrayList<>();
    List<RetryEvent.BudgetExhausted> spent = new ArrayList<>();
    retry.events().onExhausted(exhausted::add);
    retry.events().onBudgetExhausted(spent::add);

    assertThatThrownBy(() -> retry.call(new Script(down, down))).isSameAs(down);

    assertThat(exhausted).isEmpty();
    assertThat(spent)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.attempts()).isEqualTo(2);
              assertThat(event.utilization()).isEqualTo(1);
              assertThat(event.cause()).containsSame(down);
            });
  }

  @Test
  void aRefusedResultHasNoCause() throws Exception {
    Retry retry = retry(plain().maxAttempts(1).retryOnResult("busy"::equals));
    List<Optional<Throwable>> causes = new ArrayList<>();
    retry.events().onExhausted(event -> causes.add(event.cause()));

    retry.call(new Script("busy"));

    assertThat(causes).containsExactly(Optional.empty());
  }

  @Test
  void aFailingListenerHarmsNeitherTheCallNorTheNextListener() throws Exception {
    Retry retry = retry(plain());
    List<RetryEvent> events = new ArrayList<>();
    retry
        .events()
        .onAny(
            event -> {
              throw new AssertionError("listener");
            });
    retry.events().onAny(events::add);

    assertThat(retry.call(new Script(down, "answer"))).isEqualTo("answer");
    assertThat(events).hasSize(2);
  }

  @Test
  void aClosedSubscriptionHearsNothing() throws Exception {
    Retry retry = retry(plain());
    List<RetryEvent> events = new ArrayList<>();
    Subscription subscription = retry.events().onAny(events::add);
    subscription.close();

    retry.call(new Script(down, "answer"));

    assertThat(events).isEmpty();
  }

  @Test
  void everyCallIsCountedOnceByHowItEnded() throws Exception {
    Retry retry = retry(plain());

    retry.call(new Script("answer"));
    retry.call(new Script(down, "answer"));
    assertThatThrownBy(() -> retry.call(new Script(down, down, down))).isSameAs(down);
    assertThatThrownBy(() -> retry.call(new Script(new AssertionError("bug"))))
        .isInstanceOf(AssertionError.class);

    RetryMetrics metrics = retry.metrics();
    assertThat(metrics.calls()).isEqualTo(4);
    assertThat(metrics.succeededWithoutRetry()).isEqualTo(1);
    assertThat(metrics.succeededWithRetry()).isEqualTo(1);
    assertThat(metrics.failedWithRetry()).isEqualTo(1);
    assertThat(metrics.failedWithoutRetry()).isEqualTo(1);
    assertThat(metrics.retries()).isEqualTo(3);
  }

  private StopReason reason(RetryConfig.Builder config) {
    Retry retry = retry(config);
    List<StopReason> reasons = new ArrayList<>();
    retry.events().onExhausted(event -> reasons.add(event.reason()));
    assertThatThrownBy(() -> retry.call(new Script(down, down, down))).isSameAs(down);
    assertThat(reasons).hasSize(1);
    return reasons.get(0);
  }

  private static RetryConfig.Builder plain() {
    return RetryConfig.builder().jitter(Jitter.NONE);
  }

  private Retry retry(RetryConfig.Builder config) {
    return Retry.of("backend", config.build(), clock);
  }
}
