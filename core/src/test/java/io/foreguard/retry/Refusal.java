package io.foreguard.retry;

import io.foreguard.CallRejectedException;
import java.time.Duration;

/** A refusal as breakers and bulkheads throw it. */
final class Refusal extends CallRejectedException {
  private static final long serialVersionUID = 1L;

  Refusal(Duration retryAfter) {
    super("backend", "refused", retryAfter);
  }
}
