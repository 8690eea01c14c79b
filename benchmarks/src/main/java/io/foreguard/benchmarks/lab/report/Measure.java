package io.foreguard.benchmarks.lab.report;

import java.util.function.ToDoubleBiFunction;

/** A figure of the report, computed from a row and from the oracle's row of the same world. */
public enum Measure {
  /** Utility lost against the oracle per 1,000 requests. */
  REGRET(
      "regret",
      1,
      (r, o) ->
          1000 * (o.get(Figure.UTILITY) - r.get(Figure.UTILITY)) / atLeastOne(Figure.REQUESTS, r)),
  /** Share of the requests that were answered. */
  GOODPUT("goodput", 4, (r, o) -> goodput(r)),
  /** Goodput over the oracle's. */
  GOODPUT_SHARE("of the oracle's", 4, (r, o) -> goodput(r) / goodput(o)),
  /** Attempts that were not worth sending per 1,000 requests. */
  WASTED("wasted", 1, (r, o) -> perThousand(Figure.WASTED, r)),
  /** Requests rejected that the oracle would have sent per 1,000. */
  FALSE_REJECTIONS("false rejections", 1, (r, o) -> perThousand(Figure.FALSE_REJECTIONS, r)),
  /** Seconds to protect, where there was something to protect from. */
  PROTECT("s to protect", 2, (r, o) -> ifOracleDid(Figure.SECONDS_TO_PROTECT, r, o)),
  /** Seconds to recover, where there was something to recover from. */
  RECOVER("s to recover", 2, (r, o) -> ifOracleDid(Figure.SECONDS_TO_RECOVER, r, o)),
  /** Attempts in the first ten seconds after the last fault, over the requests of ten seconds. */
  RECOVERY_LOAD(
      "recovery load",
      2,
      (r, o) -> inRecovery(r.get(Figure.RECOVERY_ATTEMPTS) / (10 * r.get(Figure.RATE)), o)),
  /** Most calls in flight in these ten seconds over the mean when nothing is wrong. */
  RECOVERY_CONCURRENCY(
      "recovery in flight",
      1,
      (r, o) ->
          inRecovery(r.get(Figure.RECOVERY_MOST_IN_FLIGHT) / r.get(Figure.HEALTHY_CONCURRENCY), o)),
  /** 99th percentile of the time in which a caller knew. */
  P99("p99 s", 3, (r, o) -> r.get(Figure.P99_SECONDS)),
  /** Brier score of the estimate. */
  BRIER("Brier", 4, (r, o) -> r.get(Figure.BRIER_SUM) / r.get(Figure.ESTIMATES)),
  /** Goodput of the tenants that no fault was aimed at. */
  HEALTHY_TENANTS("healthy tenants", 4, (r, o) -> r.get(Figure.HEALTHY_TENANT_GOODPUT));

  private final String title;
  private final int decimals;

  @SuppressWarnings("ImmutableEnumChecker") // the functions above have no state
  private final ToDoubleBiFunction<Row, Row> formula;

  Measure(String title, int decimals, ToDoubleBiFunction<Row, Row> formula) {
    this.title = title;
    this.decimals = decimals;
    this.formula = formula;
  }

  String title() {
    return title;
  }

  int decimals() {
    return decimals;
  }

  /** Its value, not a number where it does not apply. */
  double of(Row row, Row oracle) {
    return formula.applyAsDouble(row, oracle);
  }

  private static double goodput(Row row) {
    return (row.get(Figure.SUCCESSES) + row.get(Figure.CALLER_FAULTS))
        / atLeastOne(Figure.REQUESTS, row);
  }

  private static double perThousand(Figure figure, Row row) {
    return 1000 * row.get(figure) / atLeastOne(Figure.REQUESTS, row);
  }

  private static double atLeastOne(Figure figure, Row row) {
    return Math.max(1, row.get(figure));
  }

  /** Not a number where even the oracle sent nothing after the last fault, or there was none. */
  private static double inRecovery(double value, Row oracle) {
    return oracle.get(Figure.RECOVERY_ATTEMPTS) == 0 ? Double.NaN : value;
  }

  /** Infinity where the oracle got there and the policy did not. */
  private static double ifOracleDid(Figure figure, Row row, Row oracle) {
    if (Double.isNaN(oracle.get(figure))) {
      return Double.NaN;
    }
    double value = row.get(figure);
    return Double.isNaN(value) ? Double.POSITIVE_INFINITY : value;
  }
}
