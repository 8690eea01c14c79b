/**
 * Learned functions from features to a score, and from a score to a probability. Start at {@link
 * io.foreguard.predictive.scoring.Scorer}.
 */
@NullMarked
package io.foreguard.predictive.scoring;

import org.jspecify.annotations.NullMarked;
