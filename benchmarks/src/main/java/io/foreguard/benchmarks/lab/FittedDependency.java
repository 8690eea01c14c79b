package io.foreguard.benchmarks.lab;

import io.foreguard.evidence.Outcome;
import java.util.function.ObjIntConsumer;

/**
 * The lab's {@link Dependency} with parameters that were fitted to a log: one replica with servers
 * and a queue, whose callers give up at a deadline. It meets the same service times and errors
 * whoever calls it. Not thread-safe.
 */
public final class FittedDependency {
  /** Longer than any log; as many seconds still fit a count of nanoseconds. */
  private static final double FOREVER = 4e9;

  private final Dependency dependency;
  private final Oracle oracle;

  /**
   * A dependency at rest.
   *
   * @param answers hears how a call ended and its number, also of calls given up long ago
   */
  public FittedDependency(
      Shape shape, long seed, VirtualTime time, ObjIntConsumer<Outcome> answers) {
    World.Builder builder =
        World.of("fitted", seed)
            .seconds(FOREVER)
            .servers(shape.servers, shape.queue)
            .service(shape.medianSeconds, shape.spread)
            .deadline(shape.deadlineSeconds)
            .loadErrors(shape.loadErrors);
    if (shape.errorProbability > 0) {
      builder.faults(Fault.of(Fault.Kind.ERROR, 0, FOREVER, shape.errorProbability));
    }
    World world = builder.build();
    dependency =
        new Dependency(
            world,
            new Chance(seed),
            time.events(),
            time.labClock(),
            (call, outcome) -> answers.accept(outcome, (int) call.request));
    oracle = new Oracle(world, dependency);
  }

  /** Takes a call, which it may answer within this method's time or any later one. */
  public void take(int call, long now) {
    Call attempt = new Call(call, 0, 0, 1, now);
    attempt.start = now;
    dependency.take(attempt);
  }

  /** Whether the lab's oracle would send a call now. */
  public boolean isWorthCalling() {
    return oracle.worthwhile(0, 0);
  }

  /** Probability that a call sent now succeeds within the deadline. */
  public double successProbability() {
    return oracle.successProbability(0, 0);
  }

  /**
   * What is fitted.
   *
   * @param servers calls served at a time, at least 1
   * @param queue calls that may wait, at least 0
   * @param medianSeconds median service time of a call
   * @param spread standard deviation of its logarithm
   * @param deadlineSeconds time after which callers give up
   * @param errorProbability probability that a call fails whatever the load, in {@code [0, 1)}
   * @param loadErrors probability that a call fails that finds as many waiting as are served, in
   *     {@code [0, 1]}
   */
  public record Shape(
      int servers,
      int queue,
      double medianSeconds,
      double spread,
      double deadlineSeconds,
      double errorProbability,
      double loadErrors) {}
}
