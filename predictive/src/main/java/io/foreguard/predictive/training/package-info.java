/**
 * Training with Smile, which nothing else in this module needs. {@link
 * io.foreguard.predictive.training.Train} is the command, {@link
 * io.foreguard.predictive.training.Trainer} the API.
 */
@NullMarked
package io.foreguard.predictive.training;

import org.jspecify.annotations.NullMarked;
