package io.foreguard.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.profile.ProfilerException;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Processor time of the threads that run a benchmark, divided by their operations.
 *
 * <p>On a machine that has other work, elapsed time counts the moments in which the benchmark did
 * not run; processor time does not. It includes what the kernel does for the threads, such as
 * parking them, but not the time for which they are parked: for a library that blocks, look at the
 * elapsed time too.
 */
public final class CpuTimeProfiler implements InternalProfiler {
  /** Label of the result, in nanoseconds per operation. */
  public static final String CPU_TIME = "cpu.time.norm";

  private static final String WORKER = "-jmh-worker-";

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private long before;

  /**
   * Creates a profiler.
   *
   * @throws ProfilerException if the JVM does not measure the processor time of threads
   */
  public CpuTimeProfiler() throws ProfilerException {
    if (!threads.isThreadCpuTimeSupported()) {
      throw new ProfilerException("this JVM does not measure the processor time of threads");
    }
    threads.setThreadCpuTimeEnabled(true);
  }

  @Override
  public String getDescription() {
    return "Processor time of the benchmark's threads per operation";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    before = workersNanos();
  }

  @Override
  public Collection<ScalarResult> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    long operations = result.getMetadata().getAllOps();
    if (operations == 0) {
      return List.of();
    }
    double nanos = (double) (workersNanos() - before) / operations;
    return List.of(new ScalarResult(CPU_TIME, nanos, "ns/op", AggregationPolicy.AVG));
  }

  private long workersNanos() {
    long sum = 0;
    for (long id : threads.getAllThreadIds()) {
      ThreadInfo thread = threads.getThreadInfo(id);
      if (thread != null && thread.getThreadName().contains(WORKER)) {
        sum += Math.max(0, threads.getThreadCpuTime(id));
      }
    }
    return sum;
  }
}
