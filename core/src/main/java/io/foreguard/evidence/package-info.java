/**
 * What was observed of one dependency: outcomes, latency and calls in flight, summarised in bounded
 * memory. Start at {@link io.foreguard.evidence.Signals}, the view that a model sees, and at {@link
 * io.foreguard.evidence.OutcomeClassifier}, which names how a call ended.
 */
@NullMarked
package io.foreguard.evidence;

import org.jspecify.annotations.NullMarked;
