/**
 * Training with Smile, which nothing else in this module needs. Start at {@link
 * io.foreguard.predictive.training.Trainer}; {@link io.foreguard.predictive.training.CallRows}
 * makes rows of logs of calls.
 */
@NullMarked
package io.foreguard.predictive.training;

import org.jspecify.annotations.NullMarked;
