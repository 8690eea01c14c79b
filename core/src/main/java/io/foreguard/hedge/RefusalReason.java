package io.foreguard.hedge;

/** Why a hedge that was due did not take place. */
public enum RefusalReason {
  /** The budget is spent. */
  BUDGET,
  /** An advisor said no, or the dependency shows signs of load or failure. */
  ADVICE,
  /** The executor of synchronous calls did not take the attempt. */
  EXECUTOR
}
