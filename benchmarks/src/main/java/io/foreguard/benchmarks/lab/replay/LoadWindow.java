package io.foreguard.benchmarks.lab.replay;

import io.foreguard.benchmarks.lab.FittedDependency;

/**
 * A stretch of the log in which load may be what makes calls fail, and the dependency that was
 * fitted to it. Immutable.
 *
 * @param first place of its first call
 * @param end place after its last
 * @param shape of the dependency that answers the calls in it
 */
record LoadWindow(int first, int end, FittedDependency.Shape shape) {}
