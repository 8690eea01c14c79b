/** JMH benchmarks of Foreguard beside its peers. */
@NullMarked
package io.foreguard.benchmarks;

import org.jspecify.annotations.NullMarked;
