package io.foreguard.benchmarks.lab.report;

/**
 * A policy as the report names it. Immutable.
 *
 * @param name one word
 * @param kind what it counts as
 * @param description one line
 */
public record Contestant(String name, Kind kind, String description) {
  /** What a policy counts as. */
  public enum Kind {
    /** The library, all of it or without a part. */
    FOREGUARD,
    /** The best hand-tuned combination. */
    COMBINATION,
    /** No protection. */
    NONE,
    /** A library or a formula: may be the best single peer. */
    PEER,
    /** The bound. */
    ORACLE
  }
}
