/**
 * How good scores are on rows that no model has seen. Start at {@link
 * io.foreguard.predictive.evaluation.Ranking} and {@link
 * io.foreguard.predictive.evaluation.AlarmReport}.
 */
@NullMarked
package io.foreguard.predictive.evaluation;

import org.jspecify.annotations.NullMarked;
