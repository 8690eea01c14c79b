package io.foreguard.samples.routing;

/** One call through a protection: rejected unless its body runs. Owned by the calling thread. */
final class Attempt {
  private Decision decision = Decision.REJECTED;

  /** The body runs now. */
  void sent(boolean probe) {
    decision = probe ? Decision.PROBE : Decision.SENT;
  }

  Decision decision() {
    return decision;
  }
}
