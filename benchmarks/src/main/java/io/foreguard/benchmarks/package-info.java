/**
 * JMH benchmarks of Foreguard beside its peers. {@link BenchmarkRun} runs them and prints the
 * table; {@link Suite} lists what is compared with what.
 */
@NullMarked
package io.foreguard.benchmarks;

import org.jspecify.annotations.NullMarked;
