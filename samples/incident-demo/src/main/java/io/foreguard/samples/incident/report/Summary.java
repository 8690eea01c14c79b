package io.foreguard.samples.incident.report;

import io.foreguard.samples.incident.raw.Role;
import io.foreguard.samples.incident.raw.RunInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The tables of a run and the definitions of what stands in them. */
final class Summary {

  private Summary() {}

  /** Returns the table with one column per lane and one row per measure. */
  static Table lanes(List<LaneResult> lanes) {
    Table table = new Table(row("", lanes, lane -> lane.log().lane()));
    table.add(row("inbound calls", lanes, lane -> count(lane.whole().calls())));
    table.add(
        row("answered in time", lanes, lane -> share(lane.whole().inTime(), lane.whole().calls())));
    table.add(row("  fresh answers", lanes, lane -> count(lane.whole().fresh())));
    table.add(row("  stale answers", lanes, lane -> count(lane.whole().stale())));
    table.add(row("  default answers", lanes, lane -> count(lane.whole().defaults())));
    table.add(row("answered late", lanes, lane -> count(lane.whole().late())));
    table.add(row("not answered", lanes, lane -> count(lane.whole().failed())));
    table.add(
        row("requests that reached the engine", lanes, lane -> count(lane.whole().requests())));
    table.add(row("calls wasted on a failing engine", lanes, lane -> count(lane.whole().wasted())));
    table.add(row("calls rejected by a guard", lanes, lane -> count(lane.whole().rejected())));
    table.add(
        row(
            "would-be successes rejected",
            lanes,
            lane -> count(lane.whole().wouldHaveSucceeded())));
    table.add(row("caller's p50, ms", lanes, lane -> millis(lane.whole().p50())));
    table.add(row("caller's p99, ms", lanes, lane -> millis(lane.whole().p99())));
    table.add(row("seconds to protect, errors", lanes, lane -> seconds(lane.protectFromErrors())));
    table.add(row("seconds to protect, hang", lanes, lane -> seconds(lane.protectFromHang())));
    table.add(row("seconds to recover", lanes, lane -> seconds(lane.recover())));
    return table;
  }

  /** Returns the table of one lane with one row per phase. */
  static Table phases(LaneResult lane) {
    Table table =
        new Table(
            List.of(
                "phase",
                "calls",
                "in time",
                "fresh",
                "stale",
                "default",
                "late",
                "none",
                "wasted",
                "rejected",
                "would-be",
                "p50",
                "p99"));
    for (int i = 0; i < lane.byPhase().size(); i++) {
      Counts counts = lane.byPhase().get(i);
      table.add(
          List.of(
              title(lane.log().phases().get(i).role()),
              count(counts.calls()),
              percent(counts.inTime(), counts.calls()),
              count(counts.fresh()),
              count(counts.stale()),
              count(counts.defaults()),
              count(counts.late()),
              count(counts.failed()),
              count(counts.wasted()),
              count(counts.rejected()),
              count(counts.wouldHaveSucceeded()),
              millis(counts.p50()),
              millis(counts.p99())));
    }
    return table;
  }

  /** Returns what each measure means, by its name. */
  static Map<String, String> definitions(RunInfo run) {
    Map<String, String> words = new LinkedHashMap<>();
    words.put(
        "answered in time",
        "status 200 within "
            + millis(run.deadlineMs())
            + " ms of the moment the call was due, whether or not it could be sent at that moment. Fresh, stale and"
            + " default answers are those in time, by the source that the answer names; they add up.");
    words.put(
        "answered late, not answered",
        "status 200 after the deadline; another status, a broken connection, or no answer within "
            + millis(run.giveUpMs())
            + " ms.");
    words.put(
        "calls wasted on a failing engine",
        "requests in the points engine's own log that ended with another status than 200 or whose client was gone"
            + " before the answer.");
    words.put(
        "would-be successes rejected",
        "calls that a guard refused to send, and of which the points engine, asked at once without using its"
            + " capacity, said that it would have answered them within "
            + millis(run.oracleDeadlineMs())
            + " ms.");
    words.put(
        "caller's p50, p99",
        "percentiles by nearest rank over all calls, late and unanswered ones included, from the moment a call was due.");
    words.put(
        "seconds to protect",
        "until callers no longer wait on the failing engine: looking at windows of 1 s that start every 0.1 s from the"
            + " onset of the phase and end at least "
            + millis(run.deadlineMs() / 2)
            + " ms before the phase does, so that the next fault has no part in them: from the onset to the start of"
            + " the first window in which at least 95 % of the calls due were answered within "
            + millis(run.deadlineMs() / 2)
            + " ms, half the deadline, after the first window in which fewer were. 0.0 when there was no such bad"
            + " window, - when no good one followed it.");
    words.put(
        "seconds to recover",
        "windows of 1 s that start every 0.1 s from the end of the fault: to the start of the first in which at least 95 % of the calls due"
            + " were answered fresh and in time. - when never.");
    return words;
  }

  /** Returns how the run was made, by the name of the setting. */
  static Map<String, String> settings(RunInfo run) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("started", run.startedAt());
    settings.put("seed", Long.toString(run.seed()));
    settings.put(
        "arrivals", "Poisson, " + trimmed(run.rate()) + " calls per second, the same in each lane");
    settings.put(
        "callers",
        run.customers()
            + " customers, the k-th calling in proportion to 1/k^"
            + trimmed(run.zipfExponent()));
    settings.put("scale", trimmed(run.scale()));
    settings.put(
        "warm-up",
        "at least "
            + run.warmUpCalls()
            + " calls before each lane, until every guard is closed; not logged");
    settings.put("states sampled every", millis(run.sampleMs()) + " ms");
    settings.put("machine", run.machine());
    return settings;
  }

  /** Returns what a phase is called in front of people. */
  static String title(Role role) {
    return switch (role) {
      case HEALTHY -> "healthy";
      case SLOW -> "latency creeps up";
      case ERRORS -> "errors";
      case HANG -> "hang";
      case RECOVERY -> "recovery";
    };
  }

  static String millis(double value) {
    return Double.isNaN(value)
        ? "-"
        : String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value);
  }

  private static List<String> row(
      String label, List<LaneResult> lanes, Function<LaneResult, String> cell) {
    List<String> row = new ArrayList<>();
    row.add(label);
    for (LaneResult lane : lanes) {
      row.add(cell.apply(lane));
    }
    return row;
  }

  private static String count(int value) {
    return Integer.toString(value);
  }

  private static String share(int part, int whole) {
    return part + " (" + percent(part, whole) + ")";
  }

  private static String percent(int part, int whole) {
    return whole == 0 ? "-" : String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
  }

  private static String seconds(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.1f", value);
  }

  private static String trimmed(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%s", value);
  }
}
