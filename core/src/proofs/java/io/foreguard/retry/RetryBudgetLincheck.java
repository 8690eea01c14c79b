package io.foreguard.retry;

import io.foreguard.Lincheck;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

/** A retry budget is linearizable: each operation takes effect at one moment. */
public class RetryBudgetLincheck {
  private final RetryBudget budget = RetryBudget.of(.5, 2);

  /** A request arrives. */
  @Operation
  public void earn() {
    budget.onRequest();
  }

  /** A retry is wanted. */
  @Operation
  public boolean spend() {
    return budget.tryWithdraw();
  }

  /** Somebody looks. */
  @Operation
  public int available() {
    return budget.available();
  }

  @Test
  void isLinearizableInEveryInterleaving() {
    Lincheck.modelCheck(getClass());
  }

  @Test
  void isLinearizableOnRealThreads() {
    Lincheck.stress(getClass());
  }
}
