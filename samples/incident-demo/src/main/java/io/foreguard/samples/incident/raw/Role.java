package io.foreguard.samples.incident.raw;

import java.util.Locale;

/** What a phase does to the points engine. */
public enum Role {
  /** Nothing is wrong. */
  HEALTHY,
  /** Answers take longer and longer. */
  SLOW,
  /** A share of the requests is answered with an error. */
  ERRORS,
  /** Requests are taken and never answered. */
  HANG,
  /** The fault is over, and the engine's own cache is cold. */
  RECOVERY;

  /** Returns whether callers need protection from the first moment of the phase. */
  public boolean strikesAtOnce() {
    return this == ERRORS || this == HANG;
  }

  /** Returns the name as the logs write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
