/**
 * What was seen of one dependency over time. {@link
 * io.foreguard.predictive.observation.Observation} is one sample, {@link
 * io.foreguard.predictive.observation.ObservationRecorder} takes them from a breaker's signals,
 * {@link io.foreguard.predictive.observation.ObservationReader} from a log.
 */
@NullMarked
package io.foreguard.predictive.observation;

import org.jspecify.annotations.NullMarked;
