package io.foreguard.benchmarks.lab.replay;

import org.jspecify.annotations.Nullable;

/**
 * Something to replay the log through. Immutable.
 *
 * @param name one word
 * @param description what it is
 * @param kind of thing
 * @param configuration of Foreguard, null for others
 * @param timeoutNanos after which it gives calls up, {@link Long#MAX_VALUE} for never
 * @param factory makes what decides
 */
record Candidate(
    String name,
    String description,
    Kind kind,
    @Nullable Configuration configuration,
    long timeoutNanos,
    Contender.Factory factory) {

  /** A configuration of Foreguard. */
  static Candidate foreguard(String name, String description, Kind kind, Configuration of) {
    long timeout = of.timeout() == null ? Long.MAX_VALUE : of.timeout().toNanos();
    return new Candidate(
        name,
        description,
        kind,
        of,
        timeout,
        (log, clock) -> new ForeguardContender(of, log, clock));
  }

  /** What a candidate is. */
  enum Kind {
    /** Sends everything. */
    NONE,
    /** What runs today. */
    CURRENT,
    /** Foreguard with its defaults. */
    DEFAULT,
    /** Foreguard with other settings. */
    FOREGUARD,
    /** What the search found. */
    TUNED,
    /** Another library, or its rule. */
    PEER
  }
}
