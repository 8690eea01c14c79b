/** What a model learns to foresee. Start at {@link io.foreguard.predictive.label.FailureLabels}. */
@NullMarked
package io.foreguard.predictive.label;

import org.jspecify.annotations.NullMarked;
