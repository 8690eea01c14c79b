package io.foreguard.samples.incident.report;

import io.foreguard.samples.incident.raw.CallRow;
import io.foreguard.samples.incident.raw.EngineRow;
import io.foreguard.samples.incident.raw.RunInfo;
import io.foreguard.samples.incident.raw.StateRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The plots of one lane, one under the other over the same time. Not thread-safe. */
final class LanePlots {

  static final double OUTCOME_BUCKET_MS = 500;
  static final double LATENCY_BUCKET_MS = 250;
  private static final int STRIP = 13;

  private final RunInfo run;
  private final LaneResult lane;
  private final String id;
  private final double highestRate;
  private final List<StateRow> points;
  private final List<StateRow> routing;

  LanePlots(RunInfo run, LaneResult lane, double highestRate) {
    this.run = run;
    this.lane = lane;
    this.highestRate = highestRate;
    id = lane.log().lane();
    points = states("loyalty-lookup");
    routing = states("call-routing");
  }

  /** Returns the most calls per second that any bucket of the outcomes holds. */
  static double highestRate(LaneResult lane) {
    int[][] counts = outcomes(lane, length(lane), Double.POSITIVE_INFINITY);
    return Arrays.stream(counts).mapToInt(ends -> Arrays.stream(ends).sum()).max().orElse(0)
        * 1000
        / OUTCOME_BUCKET_MS;
  }

  String toHtml() {
    return figure("How the calls ended, calls per second", outcomePlot())
        + figure("Latency of the caller: median and 99th percentile, ms", latencyPlot())
        + figure(
            "Probability that a request to the points engine succeeds, as the guard sees it",
            probabilityPlot())
        + figure(
            "States of the guards, and the share of the calls sent to the points engine",
            admissionPlot());
  }

  private Plot outcomePlot() {
    Plot plot = plot("outcomes", "How the calls ended", outcomeWords(), 120, true, false);
    Axis axis = plot.linear(0, highestRate);
    double step = Math.max(10, Math.rint(highestRate / 40) * 10);
    for (double rate = 0; rate <= highestRate; rate += step) {
      plot.tick(axis, rate, String.format(Locale.ROOT, "%.0f", rate));
    }
    int[][] counts = outcomes(lane, plot.lengthMs(), run.deadlineMs());
    for (int bucket = 0; bucket < counts.length; bucket++) {
      double from = bucket * OUTCOME_BUCKET_MS;
      double to = Math.min(plot.lengthMs(), from + OUTCOME_BUCKET_MS);
      double below = 0;
      for (End end : End.values()) {
        double above = below + counts[bucket][end.ordinal()] * 1000 / (to - from);
        plot.block("bar " + end.label(), from, to, below, above, axis);
        below = above;
      }
    }
    double[] ms = middles(plot.lengthMs(), OUTCOME_BUCKET_MS);
    double[] wasted = new double[ms.length];
    for (EngineRow request : lane.log().requests()) {
      int bucket = (int) Math.floor(request.arrivedMs() / OUTCOME_BUCKET_MS);
      if (request.wasted() && bucket >= 0 && bucket < wasted.length) {
        wasted[bucket] += 1000 / OUTCOME_BUCKET_MS;
      }
    }
    return plot.line("curve wasted", ms, wasted, axis);
  }

  private String outcomeWords() {
    Counts whole = lane.whole();
    return String.format(
        Locale.ROOT,
        "Of %d calls, %d fresh, %d stale and %d default answers came in time, %d were late and %d failed.",
        whole.calls(),
        whole.fresh(),
        whole.stale(),
        whole.defaults(),
        whole.late(),
        whole.failed());
  }

  private Plot latencyPlot() {
    String words = "Median " + Summary.millis(lane.whole().p50()) + " ms, 99th percentile ";
    Plot plot =
        plot(
            "latency",
            "Latency of the caller",
            words + Summary.millis(lane.whole().p99()) + " ms.",
            110);
    Axis axis = plot.log(1, run.giveUpMs());
    for (double tick = 1; tick <= run.giveUpMs(); tick *= 10) {
      plot.tick(axis, tick, String.format(Locale.ROOT, "%.0f", tick));
    }
    double[] ms = middles(plot.lengthMs(), LATENCY_BUCKET_MS);
    double[] p50 = new double[ms.length];
    double[] p99 = new double[ms.length];
    for (int bucket = 0; bucket < ms.length; bucket++) {
      double from = bucket * LATENCY_BUCKET_MS;
      double[] latencies =
          lane.log().calls().stream()
              .filter(
                  call ->
                      call.scheduledMs() >= from && call.scheduledMs() < from + LATENCY_BUCKET_MS)
              .mapToDouble(CallRow::latencyMs)
              .toArray();
      p50[bucket] = Percentile.of(latencies, 0.50);
      p99[bucket] = Percentile.of(latencies, 0.99);
    }
    double[] ends = {0, plot.lengthMs()};
    plot.line("curve limit", ends, new double[] {run.deadlineMs(), run.deadlineMs()}, axis);
    return plot.line("curve p99", ms, p99, axis).line("curve p50", ms, p50, axis);
  }

  private Plot probabilityPlot() {
    boolean known = points.stream().anyMatch(row -> !Double.isNaN(row.probability()));
    String words =
        known
            ? "The estimate of the guard in loyalty-lookup with its interval and threshold."
            : "This protection estimates no probability.";
    Plot plot = plot("probability", "Probability of success", words, 90);
    Axis axis = plot.linear(0, 1);
    plot.tick(axis, 0, "0").tick(axis, 0.5, "0.5").tick(axis, 1, "1");
    if (!known) {
      return plot.text(
          (Plot.LEFT + Plot.RIGHT) / 2.0, axis.at(0.5) + 4, "middle", "no estimate in this lane");
    }
    double[] ms = column(points, StateRow::atMs);
    plot.band(
        "interval", ms, column(points, StateRow::lower), column(points, StateRow::upper), axis);
    plot.line("curve limit", ms, column(points, StateRow::threshold), axis);
    return plot.line("curve probability", ms, column(points, StateRow::probability), axis);
  }

  private Plot admissionPlot() {
    double sent = lane.whole().calls() - lane.whole().rejected();
    String words =
        String.format(
            Locale.ROOT,
            "%.0f of %d calls were sent on by both guards.",
            sent,
            lane.whole().calls());
    Plot plot = plot("admission", "States and share admitted", words, 3 * STRIP + 88, false, true);
    states(plot, routing, 0, "routing");
    states(plot, points, STRIP + 3, "loyalty");
    Axis axis =
        Axis.linear(-0.02, 1, plot.linear(0, 1).at(0), plot.linear(0, 1).at(1) + 2 * STRIP + 16);
    plot.tick(axis, 0, "0").tick(axis, 0.5, "0.5").tick(axis, 1, "1");
    double[] ms = middles(plot.lengthMs(), OUTCOME_BUCKET_MS);
    double[] observed = new double[ms.length];
    for (int bucket = 0; bucket < ms.length; bucket++) {
      double from = bucket * OUTCOME_BUCKET_MS;
      List<CallRow> calls =
          lane.log().calls().stream()
              .filter(
                  call ->
                      call.scheduledMs() >= from && call.scheduledMs() < from + OUTCOME_BUCKET_MS)
              .toList();
      long admitted = calls.stream().filter(call -> !call.rejected()).count();
      observed[bucket] = calls.isEmpty() ? Double.NaN : (double) admitted / calls.size();
    }
    plot.band("observed", ms, new double[ms.length], observed, axis);
    plot.line(
        "curve share second",
        column(routing, StateRow::atMs),
        column(routing, StateRow::share),
        axis);
    return plot.line(
        "curve share", column(points, StateRow::atMs), column(points, StateRow::share), axis);
  }

  private void states(Plot plot, List<StateRow> rows, int below, String label) {
    plot.stripLabel(below, STRIP, label);
    int from = 0;
    while (from < rows.size()) {
      String state = rows.get(from).state();
      int to = from;
      while (to < rows.size() && rows.get(to).state().equals(state)) {
        to++;
      }
      double end = to < rows.size() ? rows.get(to).atMs() : plot.lengthMs();
      plot.strip("state " + style(state), rows.get(from).atMs(), end, below, STRIP, state);
      from = to;
    }
  }

  private static String style(String state) {
    return switch (state.toUpperCase(Locale.ROOT)) {
      case "CLOSED" -> "closed";
      case "THROTTLED" -> "throttled";
      case "OPEN", "FORCED_OPEN" -> "open";
      case "HALF_OPEN" -> "half-open";
      default -> "none";
    };
  }

  private List<StateRow> states(String service) {
    return lane.log().states().stream()
        .filter(
            row -> row.service().equals(service) && row.atMs() >= 0 && row.atMs() <= length(lane))
        .toList();
  }

  private Plot plot(String name, String title, String words, int height) {
    return plot(name, title, words, height, false, false);
  }

  private Plot plot(
      String name, String title, String words, int height, boolean named, boolean timed) {
    String full = title + ", lane " + lane.log().lane();
    return new Plot(id + "-" + name, full, words, height, lane.log().phases(), named, timed);
  }

  private static String figure(String caption, Plot plot) {
    return "<figure><figcaption>"
        + Html.escape(caption)
        + "</figcaption>"
        + plot.toSvg()
        + "</figure>\n";
  }

  private static double[] column(List<StateRow> rows, ToDoubleFunction<StateRow> value) {
    return rows.stream().mapToDouble(value).toArray();
  }

  private static double[] middles(double lengthMs, double bucketMs) {
    List<Double> middles = new ArrayList<>();
    for (double from = 0; from < lengthMs; from += bucketMs) {
      middles.add(from + bucketMs / 2);
    }
    return middles.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double length(LaneResult lane) {
    return lane.log().phases().stream().mapToDouble(phase -> phase.endMs()).max().orElse(0);
  }

  private static int[][] outcomes(LaneResult lane, double lengthMs, double deadlineMs) {
    int[][] counts = new int[(int) Math.ceil(lengthMs / OUTCOME_BUCKET_MS)][End.values().length];
    for (CallRow call : lane.log().calls()) {
      int bucket = (int) Math.floor(call.scheduledMs() / OUTCOME_BUCKET_MS);
      if (bucket >= 0 && bucket < counts.length) {
        counts[bucket][End.of(call, deadlineMs).ordinal()]++;
      }
    }
    return counts;
  }
}
