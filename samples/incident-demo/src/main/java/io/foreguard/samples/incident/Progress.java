package io.foreguard.samples.incident;

import io.foreguard.samples.incident.raw.CallRow;
import java.io.PrintStream;
import java.util.Locale;

/** A line per second about the lane that is being played. Thread-safe. */
final class Progress {

  private static final String REWRITE = "\r\u001b[K";

  private final PrintStream out;
  private final boolean rewrite;
  private final double deadlineMs;
  private int started;
  private int ended;
  private int inTime;
  private int fresh;
  private int stale;
  private int defaults;
  private boolean open;

  /**
   * Creates a display.
   *
   * @param rewrite whether the line of a second may replace that of the second before
   */
  Progress(PrintStream out, boolean rewrite, double deadlineMs) {
    this.out = out;
    this.rewrite = rewrite;
    this.deadlineMs = deadlineMs;
  }

  /** Prints a line that stays. */
  synchronized void say(String line) {
    out.print((open ? "\n" : "") + line + "\n");
    out.flush();
    open = false;
  }

  synchronized void started() {
    started++;
  }

  synchronized void ended(CallRow row) {
    ended++;
    if (row.inTime(deadlineMs)) {
      inTime++;
      switch (row.source()) {
        case "fresh" -> fresh++;
        case "stale" -> stale++;
        default -> defaults++;
      }
    }
  }

  /** Prints what happened since the last line, and counts anew. */
  synchronized void second(
      String lane, double atSeconds, String phase, String routing, String loyalty) {
    String line =
        String.format(
            Locale.ROOT,
            "%-16s %5.1f s  %-9s %3d calls/s  %s in time  fresh %3d  stale %3d  default %3d"
                + "  routing %s, loyalty %s",
            lane,
            atSeconds,
            phase,
            started,
            ended == 0
                ? "   -"
                : String.format(Locale.ROOT, "%3d%%", Math.round(100.0 * inTime / ended)),
            fresh,
            stale,
            defaults,
            routing,
            loyalty);
    out.print(rewrite ? REWRITE + line : line + "\n");
    out.flush();
    open = rewrite;
    started = 0;
    ended = 0;
    inTime = 0;
    fresh = 0;
    stale = 0;
    defaults = 0;
  }

  /** Lets the last line stay. */
  synchronized void keep() {
    if (open) {
      out.print("\n");
      open = false;
    }
  }
}
