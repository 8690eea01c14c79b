package io.foreguard.otel;

/** What reports one part of a guard. Thread-safe. */
interface Watch {
  /** Reports the counts and gauges of the part; called during a collection. */
  void collect(Instruments out);

  /** Removes the listeners from the part. */
  void close();
}
