package io.foreguard.otel;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of failures to report: however many parts and calls one concerns, it is told once.
 * Thread-safe.
 */
final class Failures {
  private static final Logger log = LoggerFactory.getLogger(ForeguardTelemetry.class);

  private volatile boolean failed;

  void report(Throwable t) {
    if (failed) {
      log.debug("Telemetry could not be reported again", t);
    } else {
      failed = true;
      log.warn("Telemetry could not be reported; calls go on, repeats are logged at DEBUG", t);
    }
  }
}
