package io.foreguard.predictive.calls;

import java.util.List;

/** The text form of our own logs of calls: their first line, and their columns. */
final class CallSchema {
  static final String NAME = "foreguard-calls";
  static final int VERSION = 1;

  /** First line of a CSV log; readers refuse any other version. */
  static final String LINE = "# " + NAME + ' ' + VERSION;

  /** First line of a log in JSON Lines. */
  static final String OBJECT = "{\"schema\":\"" + NAME + "\",\"version\":" + VERSION + "}";

  static final List<String> COLUMNS =
      List.of(
          "start_ns",
          "duration_ns",
          "outcome",
          "dependency",
          "key",
          "admission",
          "propensity",
          "sampling",
          "estimate");

  static final String HEADER = String.join(",", COLUMNS);

  private CallSchema() {}
}
