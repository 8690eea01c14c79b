package io.foreguard.predictive.calls;

import io.foreguard.internal.Require;
import java.util.List;

/**
 * The calls of a log, in order of their start, and what reading them came upon. Immutable.
 *
 * @param calls the calls; of equal starts those that came first in the log come first
 * @param summary what was repaired
 */
public record CallLog(List<CallRecord> calls, CallLogSummary summary) {
  /** Copies the list unless it is unmodifiable already. */
  public CallLog {
    calls = List.copyOf(calls);
    Require.nonNull(summary, "summary");
  }
}
