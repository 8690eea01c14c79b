package io.foreguard.estimation;

import io.foreguard.evidence.Signals;

/**
 * Estimates the probability that the next call to a dependency succeeds within its deadline.
 *
 * <p>A model advises; the breaker decides and works without it. A model that throws, returns null
 * or a probability that is not in {@code [0, 1]}, or is slower than its budget, counts as
 * abstaining: the default model's estimate is used and, when that repeats, the model is demoted for
 * a while.
 *
 * <p>Implementations must be thread-safe. One that looks at the signals alone may serve many
 * breakers; one that keeps a history of what it was asked must be made anew for each breaker, and
 * say so.
 */
public interface SuccessModel {
  /** Name of the model in events, metrics and explanations, for example {@code "forest"}. */
  String name();

  /** Version of the model, for example the checksum of its file; {@code "1"} by default. */
  default String version() {
    return "1";
  }

  /**
   * Whether {@link #estimate} takes at most about a microsecond. A cheap model is asked on the
   * thread that brought new evidence; any other is asked on a background thread and its latest
   * answer is used. False by default.
   */
  default boolean isCheap() {
    return false;
  }

  /**
   * Whether the model remembers what it was asked or told. Such a model serves the one circuit
   * breaker it was configured for; the breakers of that one's keys are judged by the default model.
   * False by default.
   */
  default boolean keepsHistory() {
    return false;
  }

  /**
   * Why the model must not decide at present, in words; empty, the default, when it may. A model
   * that judges itself says here that its predictions have not yet proved good, or no longer are,
   * and abstains meanwhile. The breaker asks after each estimate and reports a change as {@link
   * io.foreguard.circuitbreaker.CircuitBreakerEvent.ModelChange}.
   */
  default String distrust() {
    return "";
  }

  /**
   * Whether the model need not be asked while all is well and calls come one at a time: then for up
   * to a second nobody looks, as with the default model. Any other model is asked every ten
   * milliseconds of traffic, and as everything is judged then, a breaker with such a model decides
   * a little differently even while the model abstains. False by default.
   */
  default boolean isPatient() {
    return false;
  }

  /** Estimates from what is known now, or answers {@link Estimate#abstain}. */
  Estimate estimate(Signals signals);
}
