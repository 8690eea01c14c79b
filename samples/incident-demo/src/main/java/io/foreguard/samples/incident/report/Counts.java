package io.foreguard.samples.incident.report;

import io.foreguard.samples.incident.raw.CallRow;
import io.foreguard.samples.incident.raw.EngineRow;
import java.util.List;

/**
 * What can be counted of some calls, and of the requests that reached the points engine in the same
 * time. Immutable.
 *
 * @param calls inbound calls
 * @param fresh calls answered in time from the points engine
 * @param stale calls answered in time from what was known before
 * @param defaults calls answered in time with the default
 * @param late calls answered with status 200 after the deadline
 * @param failed calls without an answer, or answered with another status
 * @param requests requests that reached the points engine
 * @param wasted requests among them that ended in an error or that nobody waited for
 * @param rejected calls that a guard refused to send on
 * @param wouldHaveSucceeded rejected calls that the points engine would have answered
 * @param p50 median latency of the calls in milliseconds, NaN without calls
 * @param p99 99th percentile of the latency of the calls in milliseconds, NaN without calls
 */
record Counts(
    int calls,
    int fresh,
    int stale,
    int defaults,
    int late,
    int failed,
    int requests,
    int wasted,
    int rejected,
    int wouldHaveSucceeded,
    double p50,
    double p99) {

  static Counts of(List<CallRow> calls, List<EngineRow> requests, double deadlineMs) {
    int[] ends = new int[End.values().length];
    int rejected = 0;
    int wouldHaveSucceeded = 0;
    for (CallRow call : calls) {
      ends[End.of(call, deadlineMs).ordinal()]++;
      if (call.rejected()) {
        rejected++;
        wouldHaveSucceeded += Boolean.TRUE.equals(call.wouldSucceed()) ? 1 : 0;
      }
    }
    double[] latencies = calls.stream().mapToDouble(CallRow::latencyMs).toArray();
    return new Counts(
        calls.size(),
        ends[End.FRESH.ordinal()],
        ends[End.STALE.ordinal()],
        ends[End.DEFAULT.ordinal()],
        ends[End.LATE.ordinal()],
        ends[End.FAILED.ordinal()],
        requests.size(),
        (int) requests.stream().filter(EngineRow::wasted).count(),
        rejected,
        wouldHaveSucceeded,
        Percentile.of(latencies, 0.50),
        Percentile.of(latencies, 0.99));
  }

  int inTime() {
    return fresh + stale + defaults;
  }
}
