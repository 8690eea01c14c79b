package io.foreguard.retry;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** What two threads may see of a retry budget and of an asynchronous retry. */
public final class RetryStress {
  private static final Duration DELAY = Duration.ofMillis(10);
  private static final RetryConfig CONFIG =
      RetryConfig.builder().backoff(Backoff.fixed(DELAY)).build();

  private RetryStress() {}

  static RetryBudget spent() {
    RetryBudget budget = RetryBudget.of(1, 1);
    if (!budget.tryWithdraw()) {
      throw new AssertionError("a new budget is full");
    }
    return budget;
  }

  @JCStressTest
  @State
  @Outcome(
      id = {"true, false", "false, true"},
      expect = ACCEPTABLE,
      desc = "one token, one retry")
  @Outcome(expect = FORBIDDEN, desc = "the last token was spent twice or by nobody")
  public static class LastToken {
    private final RetryBudget budget = RetryBudget.of(1, 1);

    @Actor
    public void first(ZZ_Result r) {
      r.r1 = budget.tryWithdraw();
    }

    @Actor
    public void second(ZZ_Result r) {
      r.r2 = budget.tryWithdraw();
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "true, 0", expect = ACCEPTABLE, desc = "earned, then spent")
  @Outcome(id = "false, 1", expect = ACCEPTABLE, desc = "refused, then earned")
  @Outcome(expect = FORBIDDEN, desc = "a token was lost or made up")
  public static class EarnAgainstSpend {
    private final RetryBudget budget = spent();

    @Actor
    public void earn() {
      budget.onRequest();
    }

    @Actor
    public void spend(ZI_Result r) {
      r.r1 = budget.tryWithdraw();
    }

    @Arbiter
    public void look(ZI_Result r) {
      r.r2 = budget.available();
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "true, 0", expect = ACCEPTABLE, desc = "the deposit found the bucket full")
  @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "the deposit came after the withdrawal")
  @Outcome(expect = FORBIDDEN, desc = "a token was lost or made up")
  public static class EarnWhenFullAgainstSpend {
    private final RetryBudget budget = RetryBudget.of(1, 1);

    @Actor
    public void earn() {
      budget.onRequest();
    }

    @Actor
    public void spend(ZI_Result r) {
      r.r1 = budget.tryWithdraw();
    }

    @Arbiter
    public void look(ZI_Result r) {
      r.r2 = budget.available();
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "2", expect = ACCEPTABLE, desc = "each request earned its retry")
  @Outcome(expect = FORBIDDEN, desc = "a deposit was lost")
  public static class EarnAgainstEarn {
    private final RetryBudget budget = RetryBudget.of(1, 2);

    /** Spends the burst. */
    public EarnAgainstEarn() {
      for (int i = 0; i < 2; i++) {
        var unused = budget.tryWithdraw();
      }
    }

    @Actor
    public void first() {
      budget.onRequest();
    }

    @Actor
    public void second() {
      budget.onRequest();
    }

    @Arbiter
    public void look(I_Result r) {
      r.r1 = budget.available();
    }
  }

  @JCStressTest
  @State
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the call ended once and left no timer behind")
  @Outcome(expect = FORBIDDEN, desc = "it ended twice, never, or a timer is left")
  public static class CancelAgainstEndOfAttempt {
    private final ManualClock clock = new ManualClock();
    private final Retry retry = Retry.of("stress", CONFIG, clock);
    private final CompletableFuture<String> attempt = new CompletableFuture<>();
    private final CompletionStage<String> call = retry.callAsync(() -> attempt);

    @Actor
    public void fail() {
      attempt.completeExceptionally(new IllegalStateException("simulated"));
    }

    @Actor
    public void cancel() {
      call.toCompletableFuture().cancel(true);
    }

    @Arbiter
    public void look(II_Result r) {
      r.r1 = (int) retry.metrics().calls();
      r.r2 = clock.pendingTasks();
    }
  }

  @JCStressTest
  @State
  @Outcome(
      id = {"1, 0", "2, 0"},
      expect = ACCEPTABLE,
      desc = "cancelled before or after the second attempt began; that was cancelled with it")
  @Outcome(expect = FORBIDDEN, desc = "an attempt goes on though nobody wants its answer")
  public static class CancelAgainstEndOfWait {
    private final ManualClock clock = new ManualClock();
    private final Retry retry = Retry.of("stress", CONFIG, clock);
    private int attempts;
    private CompletableFuture<String> attempt = new CompletableFuture<>();
    private final CompletionStage<String> call = retry.callAsync(this::attempt);

    /** Ends the first attempt: the wait for the second is under way. */
    public CancelAgainstEndOfWait() {
      attempt.completeExceptionally(new IllegalStateException("simulated"));
    }

    private CompletionStage<String> attempt() {
      attempts++;
      attempt = new CompletableFuture<>();
      return attempt;
    }

    @Actor
    public void letTimePass() {
      clock.advance(DELAY);
    }

    @Actor
    public void cancel() {
      call.toCompletableFuture().cancel(true);
    }

    @Arbiter
    public void look(II_Result r) {
      r.r1 = attempts;
      r.r2 = clock.pendingTasks() + (attempt.isDone() ? 0 : 1);
    }
  }
}
