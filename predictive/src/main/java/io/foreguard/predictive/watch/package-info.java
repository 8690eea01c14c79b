/**
 * Watches a dependency off the path of its calls: what is unusual about it, and what load and
 * latency are coming. Start at {@link io.foreguard.predictive.watch.DependencyWatch}.
 */
@NullMarked
package io.foreguard.predictive.watch;

import org.jspecify.annotations.NullMarked;
