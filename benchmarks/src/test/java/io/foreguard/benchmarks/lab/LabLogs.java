package io.foreguard.benchmarks.lab;

import io.foreguard.evidence.Outcome;
import io.foreguard.predictive.calls.CallRecord;
import io.foreguard.predictive.calls.CallRecord.Admission;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Logs of what policies do in the lab's worlds, and what is true of other policies there. */
public final class LabLogs {
  private LabLogs() {}

  /** The calls of all clients together as the policy of this name decides on them. */
  public static List<CallRecord> record(String family, int draw, String policy) {
    List<CallRecord> calls = new ArrayList<>();
    Policy.Factory factory = Policies.named(policy).factory();
    Tally unused =
        Simulation.run(
            Families.world(family, draw),
            policy,
            (world, clock, client) -> new Recorder(factory.create(world, clock, client), calls));
    calls.sort(Comparator.comparingLong(CallRecord::startNanos));
    return calls;
  }

  /** The same as CSV of another system's kind. */
  public static String csv(List<CallRecord> calls) {
    StringBuilder out = new StringBuilder("timestamp_ms,service,duration_ms,status\n");
    for (CallRecord call : calls) {
      String status =
          switch (call.outcome()) {
            case SUCCESS, SLOW_SUCCESS -> "200";
            case FAILURE -> "500";
            case TIMEOUT -> "timeout";
            case REJECTED -> "503";
            case CALLER_FAULT -> "404";
            case IGNORED -> "ignored";
          };
      out.append(
          String.format(
              Locale.ROOT,
              "%.6f,%s,%.6f,%s%n",
              1_767_225_600_000L + call.startNanos() / 1e6,
              call.dependency(),
              call.durationNanos() / 1e6,
              status));
    }
    return out.toString();
  }

  /** What is true of a policy in a world. */
  public static Truth truth(String family, int draw, String policy) {
    World world = Families.world(family, draw);
    Tally tally = Simulation.run(world, policy, Policies.named(policy).factory());
    return new Truth(
        tally.requests,
        tally.attempts,
        tally.failures,
        tally.successes,
        tally.utility,
        tally.secondsToProtect,
        tally.secondsToRecover);
  }

  /** Seconds after which callers of a world give up. */
  public static double deadline(String family, int draw) {
    return Families.world(family, draw).deadline;
  }

  /**
   * What a policy did.
   *
   * @param requests that came
   * @param sent calls
   * @param failed of those
   * @param succeeded of those
   * @param utility by the lab's costs
   * @param protect seconds to protection
   * @param recover seconds to recovery
   */
  public record Truth(
      long requests,
      long sent,
      long failed,
      long succeeded,
      double utility,
      double protect,
      double recover) {}

  private record Recorder(Policy policy, List<CallRecord> calls) implements Policy {
    private static final String NAME = "lab";

    @Override
    public boolean admit(Call call, long now) {
      boolean admitted = policy.admit(call, now);
      if (!admitted) {
        calls.add(
            new CallRecord(NAME, "", now, 0, Outcome.IGNORED, Admission.REJECTED, 1, Double.NaN));
      }
      return admitted;
    }

    @Override
    public void ended(Call call, Outcome outcome, long now) {
      calls.add(CallRecord.of(NAME, call.start, now - call.start, outcome));
      policy.ended(call, outcome, now);
    }

    @Override
    public boolean retries(Call call, Outcome outcome, long now) {
      return policy.retries(call, outcome, now);
    }
  }
}
