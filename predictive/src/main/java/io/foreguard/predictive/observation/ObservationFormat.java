package io.foreguard.predictive.observation;

import java.util.List;

/**
 * The text form of a series: one comment with the schema, one line of column names, then samples.
 */
final class ObservationFormat {
  /** First line of a file; readers refuse any other version. */
  static final String SCHEMA_LINE = "# foreguard-observations 1";

  static final List<String> COLUMNS =
      List.of(
          "time_ms",
          "active_connections",
          "p95_latency_s",
          "transaction_rate_per_s",
          "failure_share",
          "requests");

  static final String HEADER_LINE = String.join(",", COLUMNS);

  private ObservationFormat() {}

  static void append(StringBuilder line, Observation sample) {
    line.append(sample.timeMillis()).append(',');
    line.append(sample.activeConnections()).append(',');
    line.append(sample.p95LatencySeconds()).append(',');
    line.append(sample.transactionRate()).append(',');
    line.append(sample.failureShare()).append(',');
    line.append(sample.requests()).append('\n');
  }
}
