package io.foreguard.samples.routing;

import org.jspecify.annotations.Nullable;

/** One call through a protection: rejected unless its body runs. Owned by the calling thread. */
final class Attempt {
  private Decision decision = Decision.REJECTED;
  private @Nullable Exception failure;

  /** The body runs now. */
  void sent(boolean probe) {
    decision = probe ? Decision.PROBE : Decision.SENT;
  }

  /** The body ends with this. */
  void failed(Exception e) {
    failure = e;
  }

  Decision decision() {
    return decision;
  }

  /** What the body ended with; null when it did not run, or ended well. */
  @Nullable Exception failure() {
    return failure;
  }
}
