package io.foreguard.samples.incident;

import io.foreguard.samples.incident.raw.CallRow;
import java.io.PrintStream;
import java.util.Locale;

/** A line per second about the lane that is being played. Thread-safe. */
final class Progress {

  private static final String REWRITE = "\r\u001b[K";

  private final PrintStream out;
  private final int columns;
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
   * @param columns width of the terminal on which a line replaces that of the second before; 0 for
   *     a new line each second
   */
  Progress(PrintStream out, int columns, double deadlineMs) {
    this.out = out;
    this.columns = columns;
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
            "%-15s %4.0f s %-8s %3d calls/s %s in time, %d fresh %d stale %d default; routing %s, loyalty %s",
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
    out.print(columns > 0 ? REWRITE + shortened(line) : line + "\n");
    out.flush();
    open = columns > 0;
    started = 0;
    ended = 0;
    inTime = 0;
    fresh = 0;
    stale = 0;
    defaults = 0;
  }

  private String shortened(String line) {
    return line.substring(0, Math.min(line.length(), columns - 1));
  }

  /** Lets the last line stay. */
  synchronized void keep() {
    if (open) {
      out.print("\n");
      open = false;
    }
  }
}
