package io.foreguard.benchmarks;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** Puts measurements into one Markdown table. */
final class Report {
  private static final String BYTES = "gc.alloc.rate.norm";
  private static final double QUIET = .9;

  private final Map<String, Measurement> measured = new HashMap<>();

  Report(Collection<RunResult> results) {
    for (RunResult result : results) {
      String benchmark = result.getParams().getBenchmark();
      measured.put(key(benchmark, result.getParams().getThreads()), Measurement.of(result));
    }
  }

  /** The table, with a line on how to read it. */
  String markdown(List<Suite.Row> rows, int[] threads, String... peers) {
    StringBuilder out = new StringBuilder();
    line(out, "Benchmark", "Threads", "Foreguard", peers);
    line(out, "---", "---", "---", Collections.nCopies(peers.length, "---").toArray(String[]::new));
    for (int count : threads) {
      Measurement floor = measured.get(key(Suite.FLOOR, count));
      if (floor != null) {
        String[] none = Collections.nCopies(peers.length, "").toArray(String[]::new);
        line(out, "Floor: two clock readings", String.valueOf(count), cell(floor, null), none);
      }
    }
    for (Suite.Row row : rows) {
      for (int count : threads) {
        if (row.benchmarks().anyMatch(name -> measured.containsKey(key(name, count)))) {
          String[] cells = {cell(row.peer(), count), cell(row.secondPeer(), count)};
          String[] shown = Arrays.copyOf(cells, peers.length);
          line(out, row.label(), String.valueOf(count), cell(row.foreguard(), count), shown);
        }
      }
    }
    return out.append('\n').append(legend()).toString();
  }

  private String legend() {
    List<Double> busy = measured.values().stream().map(Measurement::busy).sorted().toList();
    double median = busy.isEmpty() ? 1 : busy.get(busy.size() / 2);
    String legend =
        "Each cell, medians: processor time per call and thread in ns (elapsed time per call in ns), bytes"
            + " allocated per call, processor time as a multiple of the floor at the same number of"
            + " threads. Threads share one instance. The middle measurement had its processors for "
            + format("%.0f", 100 * median)
            + " % of the elapsed time (less where threads block each other).\n";
    return median >= QUIET
        ? legend
        : legend
            + "**The machine was busy with other work: trust ratios of processor time and bytes"
            + " only. Two threads were seldom at work at the same time, so contention is"
            + " understated.**\n";
  }

  private String cell(@Nullable String benchmark, int threads) {
    Measurement found = benchmark == null ? null : measured.get(key(benchmark, threads));
    return found == null ? "-" : cell(found, measured.get(key(Suite.FLOOR, threads)));
  }

  private static String cell(Measurement m, @Nullable Measurement floor) {
    String bytes = format(m.bytes >= 10 || m.bytes < .05 ? "%.0f" : "%.1f", Math.abs(m.bytes));
    String ratio = floor == null ? "" : ", " + format("%.2f", m.cpuNanos / floor.cpuNanos) + "x";
    return nanos(m.cpuNanos) + " (" + nanos(m.nanos) + ") ns, " + bytes + " B" + ratio;
  }

  private static void line(
      StringBuilder out, String label, String threads, String own, String... peers) {
    out.append("| ").append(label).append(" | ").append(threads).append(" | ").append(own);
    for (String peer : peers) {
      out.append(" | ").append(peer);
    }
    out.append(" |\n");
  }

  private static String nanos(double value) {
    return format(value >= 100 ? "%.0f" : "%.1f", value);
  }

  private static String format(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }

  private static String key(String benchmark, int threads) {
    return benchmark + " " + threads;
  }

  /** Figures of one benchmark, per call. */
  private record Measurement(double nanos, double cpuNanos, double bytes) {
    static Measurement of(RunResult result) {
      return new Measurement(
          median(result.getPrimaryResult()),
          secondary(result, CpuTimeProfiler.CPU_TIME),
          secondary(result, BYTES));
    }

    /** Share of the elapsed time in which the threads had a processor. */
    double busy() {
      return cpuNanos / nanos;
    }

    private static double secondary(RunResult result, String label) {
      Result<?> found = result.getSecondaryResults().get(label);
      if (found == null) {
        throw new IllegalStateException(
            "no " + label + " among " + result.getSecondaryResults().keySet());
      }
      return median(found);
    }

    /** The middle of the iterations: one that was disturbed does not count. */
    private static double median(Result<?> result) {
      return result.getStatistics().getPercentile(50);
    }
  }
}
