package io.foreguard.predictive.command;

import java.io.PrintStream;
import java.util.Set;

/** One of the things that the command can do. */
interface Subcommand {
  /** Names of its options. */
  Set<String> options();

  /** What it does and what its options mean. */
  String help();

  /**
   * Takes the options, before anything is read or written.
   *
   * @throws IllegalArgumentException if one is wrong
   */
  Task prepare(Options options, PrintStream out);
}
