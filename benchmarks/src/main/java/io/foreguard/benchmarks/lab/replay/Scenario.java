package io.foreguard.benchmarks.lab.replay;

import java.util.List;

/**
 * What is assumed of the calls whose fate the log does not tell. Immutable.
 *
 * @param name in words
 * @param fates of calls where load has no effect
 * @param windows where it has one, in order; none if it never has
 */
record Scenario(String name, Fates fates, List<LoadWindow> windows) {
  Scenario {
    windows = List.copyOf(windows);
  }
}
