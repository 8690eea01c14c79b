package io.foreguard.samples.loyalty;

import org.jspecify.annotations.Nullable;

/** One call through a protection: rejected unless its body runs. Owned by the calling thread. */
final class Attempt {
  private Decision decision = Decision.REJECTED;
  private @Nullable CustomerNotFoundException notFound;

  /** The body runs now. */
  void sent(boolean probe) {
    decision = probe ? Decision.PROBE : Decision.SENT;
  }

  /** The body ends because there is no such customer. */
  void notFound(CustomerNotFoundException answer) {
    notFound = answer;
  }

  Decision decision() {
    return decision;
  }

  /** Throws what {@link #notFound} was told: nothing remembered is an answer to that. */
  void requireFound() {
    if (notFound != null) {
      throw notFound;
    }
  }
}
