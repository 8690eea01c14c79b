package io.foreguard.predictive.calls;

import io.foreguard.evidence.Outcome;
import io.foreguard.internal.Require;
import io.foreguard.predictive.calls.CallRecord.Admission;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads logs of calls: ours, and any with a header or names that has time, latency and, if need be,
 * status. See {@link CallLogFormat} for what is found by itself.
 *
 * <p>What is wrong is refused or repaired, and what was repaired is counted.
 *
 * <ul>
 *   <li>Refused, naming the line: text that is not UTF-8, compressed data that break off, a row
 *       with too many or too few columns, with a quote that does not close, of more than 65,536
 *       characters, something that is not JSON, another version of our schema, and more than
 *       50,000,000 calls.
 *   <li>Passed over: rows in which a value is missing or impossible (no number, a negative latency,
 *       a status that is not known). Too many of them, and the log is refused, naming the first.
 *   <li>Passed over: a last row that breaks off in the middle.
 *   <li>Repaired: rows that are not in order of time, as those of a log written when calls end, or
 *       where the clock was set back. They are sorted by their start.
 *   <li>Counted: rows equal to an earlier one.
 * </ul>
 */
public final class CallLogReader {
  private static final int MOST_CALLS = 50_000_000;
  private static final int MOST_NAMES = 1_000_000;
  private static final int LONGEST_NAME = 256;
  private static final long LONGEST_NANOS = 366L * 86_400 * 1_000_000_000L;

  private final LogText text;
  private final CallLogFormat format;
  private final LogRows rows;
  private final boolean own;
  private final CallColumns columns;
  private final StatusWords status;
  private final TimeScale latencyScale;
  private final int admissionColumn;
  private final int propensityColumn;
  private final int samplingColumn;
  private final int estimateColumn;
  private final List<CallRecord> calls = new ArrayList<>();
  private final Map<String, String> names = new HashMap<>();
  private TimeScale timeScale;
  private long skipped;
  private @Nullable CallLogException firstSkipped;

  private CallLogReader(LogText text, CallLogFormat format) throws IOException {
    this.text = text;
    this.format = format;
    boolean json = text.peek() == '{';
    JsonRows objects = json ? new JsonRows(text) : null;
    own = objects == null ? isOwnCsv() : isOwnJson(objects);
    rows = objects == null ? new CsvRows(text, format.separator()) : objects;
    CallLogFormat used = own ? CallLogFormat.detected() : format;
    columns = new CallColumns(text, rows.names(), used);
    String statusName = columns.status < 0 ? "" : rows.names().get(columns.status);
    status = new StatusWords(statusName, format.statusWords());
    timeScale = scale(used.timeScale(), columns.time);
    latencyScale = scale(used.latencyScale(), columns.latency);
    if (latencyScale == TimeScale.AUTO) {
      throw text.fault(
          1,
          "the unit of latency must be set: the name of column "
              + LogText.quote(rows.names().get(columns.latency))
              + " does not tell it");
    }
    admissionColumn = own ? columns.optional("admission") : -1;
    propensityColumn = own ? columns.optional("propensity") : -1;
    samplingColumn = own ? columns.optional("sampling") : -1;
    estimateColumn = own ? columns.optional("estimate") : -1;
  }

  /**
   * Reads the whole of {@code file}, UTF-8 text that is compressed if its name ends with {@code
   * .gz}.
   *
   * @throws CallLogException if the content breaks a rule
   * @throws IOException if the file cannot be read
   */
  public static CallLog read(Path file, CallLogFormat format) throws IOException {
    try (LogText text = LogText.open(file)) {
      return new CallLogReader(text, Require.nonNull(format, "format")).readAll();
    }
  }

  /**
   * Reads all that {@code in} holds and leaves it open.
   *
   * @param source what to call the input in messages
   * @throws CallLogException if the content breaks a rule
   * @throws IOException if reading fails
   */
  public static CallLog read(Reader in, String source, CallLogFormat format) throws IOException {
    LogText text = new LogText(Require.nonNull(in, "in"), Require.nonNull(source, "source"));
    return new CallLogReader(text, Require.nonNull(format, "format")).readAll();
  }

  private CallLog readAll() throws IOException {
    long count = 0;
    boolean truncated = false;
    while (rows.next()) {
      if (own && rows.isUnfinished()) {
        truncated = true;
        break;
      }
      count++;
      take();
    }
    truncated |= rows.isCutOff();
    if (skipped > format.maximumSkippedShare() * count && firstSkipped != null) {
      throw firstSkipped;
    }
    return finish(count, truncated);
  }

  private void take() throws CallLogException {
    try {
      CallRecord call = call();
      if (calls.size() >= MOST_CALLS) {
        throw text.fault(rows.line(), "a log must have at most " + MOST_CALLS + " calls");
      }
      calls.add(call);
    } catch (ImpossibleValue e) {
      skipped++;
      if (firstSkipped == null) {
        firstSkipped = text.fault(rows.line(), String.valueOf(e.getMessage()));
      }
    }
  }

  private CallLog finish(long count, boolean truncated) {
    long reordered = 0;
    long stepBack = 0;
    long latest = Long.MIN_VALUE;
    for (CallRecord call : calls) {
      long start = call.startNanos();
      if (start < latest) {
        reordered++;
        stepBack = Math.max(stepBack, latest - start);
      }
      latest = Math.max(latest, start);
    }
    if (reordered > 0) {
      calls.sort(Comparator.comparingLong(CallRecord::startNanos));
    }
    long duplicates = duplicates();
    CallLogSummary summary =
        new CallLogSummary(
            count,
            calls.size(),
            skipped,
            firstSkipped == null ? "" : String.valueOf(firstSkipped.getMessage()),
            duplicates,
            reordered,
            stepBack,
            truncated);
    return new CallLog(calls, summary);
  }

  /** Counts, and drops if so set, calls equal to an earlier one; equal ones start together. */
  private long duplicates() {
    Set<CallRecord> together = new HashSet<>();
    long found = 0;
    int kept = 0;
    long start = Long.MIN_VALUE;
    for (int i = 0; i < calls.size(); i++) {
      CallRecord call = calls.get(i);
      if (call.startNanos() != start) {
        together.clear();
        start = call.startNanos();
      }
      boolean twice = !together.add(call);
      found += twice ? 1 : 0;
      if (!twice || !format.dropsDuplicates()) {
        calls.set(kept++, call);
      }
    }
    calls.subList(kept, calls.size()).clear();
    return found;
  }

  private CallRecord call() throws ImpossibleValue {
    long time = nanos(columns.time, "a moment");
    Admission admission = admission();
    boolean made = admission != Admission.REJECTED;
    long duration = made ? duration() : 0;
    Outcome outcome = made ? outcome() : Outcome.IGNORED;
    return new CallRecord(
        dependency(),
        columns.key < 0 ? "" : shared(rows.get(columns.key)),
        format.timeIsEnd() && !own ? time - duration : time,
        duration,
        outcome,
        admission,
        share(propensityColumn),
        estimate(),
        share(samplingColumn));
  }

  private long duration() throws ImpossibleValue {
    long duration = nanos(columns.latency, "a length of time");
    if (duration < 0 || duration > LONGEST_NANOS) {
      throw wrong(columns.latency, "from zero to one year");
    }
    return duration;
  }

  private long nanos(int column, String rule) throws ImpossibleValue {
    String value = rows.get(column);
    if (value != null) {
      try {
        if (column == columns.latency) {
          return Times.nanos(value, latencyScale);
        }
        if (timeScale == TimeScale.AUTO) {
          timeScale = Times.guess(value);
        }
        return Times.nanos(value, timeScale);
      } catch (NumberFormatException e) {
        throw wrong(column, rule);
      }
    }
    throw wrong(column, rule);
  }

  private Outcome outcome() throws ImpossibleValue {
    if (columns.status < 0) {
      return Outcome.SUCCESS;
    }
    Outcome outcome = status.of(rows.get(columns.status));
    if (outcome == null) {
      throw wrong(columns.status, "a status that is known");
    }
    return outcome;
  }

  private String dependency() throws ImpossibleValue {
    int[] places = columns.dependency;
    if (places.length == 0) {
      return format.dependency();
    }
    String name = rows.get(places[0]);
    for (int i = 1; i < places.length && name != null; i++) {
      String next = rows.get(places[i]);
      name = next == null ? null : name + "->" + next;
    }
    if (name == null || name.length() > LONGEST_NAME) {
      throw wrong(places[0], "1 to " + LONGEST_NAME + " characters, with all that name it");
    }
    return shared(name);
  }

  /** The one copy of a text that many calls have. */
  private String shared(@Nullable String text) {
    if (text == null) {
      return "";
    }
    String known = names.get(text);
    if (known == null) {
      known = text;
      if (names.size() < MOST_NAMES) {
        names.put(text, text);
      }
    }
    return known;
  }

  private Admission admission() throws ImpossibleValue {
    String value = admissionColumn < 0 ? null : rows.get(admissionColumn);
    if (value == null) {
      return Admission.ADMITTED;
    }
    try {
      return Admission.valueOf(value);
    } catch (IllegalArgumentException e) {
      throw wrong(admissionColumn, "what became of a call on arrival");
    }
  }

  private double share(int column) throws ImpossibleValue {
    String value = column < 0 ? null : rows.get(column);
    double share = value == null ? 1 : number(column, value);
    if (!(share > 0 && share <= 1)) {
      throw wrong(column, "in (0, 1]");
    }
    return share;
  }

  private double estimate() throws ImpossibleValue {
    String value = estimateColumn < 0 ? null : rows.get(estimateColumn);
    double estimate = value == null ? Double.NaN : number(estimateColumn, value);
    if (estimate < 0 || estimate > 1) {
      throw wrong(estimateColumn, "in [0, 1]");
    }
    return estimate;
  }

  private double number(int column, String value) throws ImpossibleValue {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw wrong(column, "a number");
    }
  }

  private TimeScale scale(TimeScale set, int column) {
    return set == TimeScale.AUTO ? TimeScale.named(rows.names().get(column)) : set;
  }

  private boolean isOwnCsv() throws IOException {
    if (text.peek() != '#') {
      return false;
    }
    String line = text.takeLine();
    if (!line.startsWith("# " + CallSchema.NAME)) {
      return false;
    }
    if (!line.equals(CallSchema.LINE)) {
      throw wrongSchema(CallSchema.LINE, line);
    }
    return true;
  }

  private boolean isOwnJson(JsonRows objects) throws IOException {
    if (!CallSchema.NAME.equals(objects.first("schema"))) {
      return false;
    }
    String version = objects.first("version");
    if (!String.valueOf(CallSchema.VERSION).equals(version)) {
      throw wrongSchema(CallSchema.OBJECT, "version " + version);
    }
    objects.passHeader();
    return true;
  }

  private CallLogException wrongSchema(String wanted, String was) {
    return text.fault(
        1, "schema must be " + LogText.quote(wanted) + ", but was " + LogText.quote(was));
  }

  private ImpossibleValue wrong(int column, String rule) {
    String value = rows.get(column);
    String was = value == null ? "missing" : LogText.quote(value);
    return new ImpossibleValue(
        "column " + rows.names().get(column) + " must be " + rule + ", but was " + was);
  }

  /** A row that is passed over. */
  private static final class ImpossibleValue extends Exception {
    private static final long serialVersionUID = 1L;

    ImpossibleValue(String message) {
      super(message, null, false, false);
    }
  }
}
