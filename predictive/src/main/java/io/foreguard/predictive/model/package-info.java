/**
 * Learned models that a circuit breaker consults. Start at {@link
 * io.foreguard.predictive.model.ModelLoader}.
 */
@NullMarked
package io.foreguard.predictive.model;

import org.jspecify.annotations.NullMarked;
