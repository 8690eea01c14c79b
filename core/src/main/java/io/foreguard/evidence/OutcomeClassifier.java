package io.foreguard.evidence;

import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Names how a call ended.
 *
 * <p>Implementations must be thread-safe and cheap: they run once per call on the caller's thread,
 * outside every lock. One that throws or returns null is treated as if it had returned {@link
 * Outcome#FAILURE} for a call that threw and {@link Outcome#SUCCESS} for one that returned; the
 * first such fault is logged.
 */
@FunctionalInterface
public interface OutcomeClassifier {
  /**
   * Classifies one call. Exactly one of the arguments is meaningful: {@code thrown} is null when
   * the call returned. Slowness is judged by the breaker, after this: return {@link
   * Outcome#SUCCESS} for a slow success.
   */
  Outcome classify(@Nullable Object result, @Nullable Throwable thrown);

  /**
   * The default. A returned call is a success. Time-outs ({@link TimeoutException}, {@code
   * java.net.SocketTimeoutException}, {@code java.net.http.HttpTimeoutException}) are {@link
   * Outcome#TIMEOUT}; refusals of a nested guard or bulkhead, cancellations and interruptions are
   * {@link Outcome#IGNORED}; every other throwable, {@link Error}s included, is {@link
   * Outcome#FAILURE}.
   */
  static OutcomeClassifier standard() {
    return StandardClassifier.INSTANCE;
  }

  /** This classifier, except that exceptions that match are {@link Outcome#CALLER_FAULT}. */
  default OutcomeClassifier callerFaultIf(Predicate<? super Throwable> predicate) {
    return (result, thrown) ->
        thrown != null && predicate.test(thrown) ? Outcome.CALLER_FAULT : classify(result, thrown);
  }

  /** This classifier, except that exceptions that match are {@link Outcome#IGNORED}. */
  default OutcomeClassifier ignoreIf(Predicate<? super Throwable> predicate) {
    return (result, thrown) ->
        thrown != null && predicate.test(thrown) ? Outcome.IGNORED : classify(result, thrown);
  }

  /** This classifier, except that returned values that match are {@link Outcome#FAILURE}. */
  default OutcomeClassifier failureIfResult(Predicate<@Nullable Object> predicate) {
    return (result, thrown) ->
        thrown == null && predicate.test(result) ? Outcome.FAILURE : classify(result, thrown);
  }
}
