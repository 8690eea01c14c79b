package io.foreguard.predictive.calls;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of a log, one after another. Not thread-safe. */
interface LogRows {
  /** Names of the columns; those of the first row where there is no header. */
  List<String> names();

  /** Goes to the next row; false at the end, and at a row that the end of the log cuts off. */
  boolean next() throws IOException;

  /** Text of a column, by its place in {@link #names}, in this row; null where there is none. */
  @Nullable String get(int column);

  /** Line that this row begins on. */
  long line();

  /** Whether this row ends with the log instead of its line. */
  boolean isUnfinished();

  /** Whether the last row was cut off by the end of the log. */
  boolean isCutOff();
}
