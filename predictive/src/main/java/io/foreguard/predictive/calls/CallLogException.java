package io.foreguard.predictive.calls;

import java.io.IOException;

/** A log of calls breaks a rule; the message names source, line, rule and value. */
public final class CallLogException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Line of the fault, from 1; 0 where it is the log as a whole. */
  private final long line;

  CallLogException(String source, long line, String problem) {
    super(source + (line > 0 ? ", line " + line : "") + ": " + problem);
    this.line = line;
  }

  /** Line of the fault, counted from 1; 0 where it is the log as a whole. */
  public long line() {
    return line;
  }
}
