package io.foreguard.evidence;

import io.foreguard.CallRejectedException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The default classification, by the type of what was thrown. */
enum StandardClassifier implements OutcomeClassifier {
  INSTANCE;

  @Override
  public Outcome classify(@Nullable Object result, @Nullable Throwable thrown) {
    if (thrown == null) {
      return Outcome.SUCCESS;
    }
    if (thrown instanceof TimeoutException
        || thrown instanceof SocketTimeoutException
        || thrown instanceof TimedOut
        || thrown.getClass().getName().startsWith("java.net.http.HttpTimeout")) {
      return Outcome.TIMEOUT;
    }
    if (thrown instanceof CallRejectedException
        || thrown instanceof CancellationException
        || thrown instanceof InterruptedException) {
      return Outcome.IGNORED;
    }
    return Outcome.FAILURE;
  }
}
