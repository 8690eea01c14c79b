package io.foreguard.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
  @Test
  void startsWithItsBurstAndEarnsOneRetryPerTenRequests() {
    RetryBudget budget = RetryBudget.standard();

    assertThat(withdrawAll(budget)).isEqualTo(10);
    request(budget, 9);
    assertThat(budget.tryWithdraw()).isFalse();
    request(budget, 1);
    assertThat(budget.tryWithdraw()).isTrue();
    assertThat(budget.tryWithdraw()).isFalse();
  }

  @Test
  void savesUpNoMoreThanItsBurst() {
    RetryBudget budget = RetryBudget.of(0.5, 4);

    request(budget, 10_000);
    assertThat(withdrawAll(budget)).isEqualTo(4);
    request(budget, 10_000);
    assertThat(withdrawAll(budget)).isEqualTo(4);
  }

  @Test
  void aWholeRatioEarnsOneRetryForEachRequest() {
    RetryBudget budget = RetryBudget.of(1, 1_000_000);

    assertThat(withdrawAll(budget)).isEqualTo(1_000_000);
    request(budget, 12_345);
    assertThat(withdrawAll(budget)).isEqualTo(12_345);
  }

  @Test
  void saysHowMuchIsSpent() {
    RetryBudget budget = RetryBudget.of(0.1, 4);
    assertThat(budget.utilization()).isZero();

    assertThat(budget.tryWithdraw()).isTrue();
    assertThat(budget.utilization()).isEqualTo(0.25);
    assertThat(budget.available()).isEqualTo(3);

    withdrawAll(budget);
    assertThat(budget.utilization()).isEqualTo(1.0);
    request(budget, 5);
    assertThat(budget.utilization()).isCloseTo(0.875, within(1e-6));
    assertThat(budget.available()).isZero();
  }

  @Test
  void agreesWithACountInWholeNumbersForAnyOrderOfOperations() {
    SplittableRandom random = new SplittableRandom(20_261_122);
    for (int round = 0; round < 200; round++) {
      int requestsPerRetry = random.nextInt(1, 30);
      int burst = random.nextInt(1, 50);
      RetryBudget budget = RetryBudget.of(1.0 / requestsPerRetry, burst);
      int parts = burst * requestsPerRetry; // a retry is worth requestsPerRetry of them
      for (int i = 0; i < 2_000; i++) {
        if (random.nextInt(4) == 0) {
          assertThat(budget.tryWithdraw())
              .as("round %d, operation %d", round, i)
              .isEqualTo(parts >= requestsPerRetry);
          parts -= parts >= requestsPerRetry ? requestsPerRetry : 0;
        } else {
          budget.onRequest();
          parts = Math.min(burst * requestsPerRetry, parts + 1);
        }
      }
    }
  }

  @Test
  void grantsExactlyWhatWasEarnedWhenThreadsRace() throws Exception {
    int threads = 8;
    int requests = 20_000;
    RetryBudget budget = RetryBudget.of(0.1, 1_000_000);
    withdrawAll(budget);
    CyclicBarrier start = new CyclicBarrier(threads);
    Callable<Integer> client =
        () -> {
          start.await(20, TimeUnit.SECONDS);
          int granted = 0;
          for (int i = 0; i < requests; i++) {
            budget.onRequest();
            granted += budget.tryWithdraw() ? 1 : 0;
          }
          return granted;
        };

    int granted = 0;
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Integer>> results = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        results.add(executor.submit(client));
      }
      for (Future<Integer> result : results) {
        granted += result.get(20, TimeUnit.SECONDS);
      }
    } finally {
      executor.shutdownNow();
    }
    assertThat(granted + withdrawAll(budget)).isEqualTo(threads * requests / 10);
  }

  @Test
  void unlimitedNeverRunsOut() {
    RetryBudget budget = RetryBudget.unlimited();
    for (int i = 0; i < 1_000; i++) {
      assertThat(budget.tryWithdraw()).isTrue();
    }
    assertThat(budget.utilization()).isZero();
    assertThat(budget.available()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void refusesSizesOutOfRange() {
    for (double ratio : new double[] {0, -0.1, 1.01, Double.NaN}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> RetryBudget.of(ratio, 10))
          .withMessage("ratio must be in (0, 1], but was " + ratio);
    }
    for (int burst : new int[] {0, -1, 1_000_001}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> RetryBudget.of(0.1, burst))
          .withMessage("burst must be in [1, 1000000], but was " + burst);
    }
  }

  private static void request(RetryBudget budget, int times) {
    for (int i = 0; i < times; i++) {
      budget.onRequest();
    }
  }

  private static int withdrawAll(RetryBudget budget) {
    int granted = 0;
    while (budget.tryWithdraw()) {
      granted++;
    }
    return granted;
  }
}
