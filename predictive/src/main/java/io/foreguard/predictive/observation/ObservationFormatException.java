package io.foreguard.predictive.observation;

import java.io.IOException;

/** A log of observations breaks a rule; the message names line, column, rule and value. */
public final class ObservationFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Line of the fault, from 1. */
  private final long line;

  ObservationFormatException(String source, long line, String problem) {
    super(source + ", line " + line + ": " + problem);
    this.line = line;
  }

  /** Line of the fault, counted from 1. */
  public long line() {
    return line;
  }
}
