/**
 * The quantities a learned model sees. {@link io.foreguard.predictive.feature.FeatureSchema} names
 * them, {@link io.foreguard.predictive.feature.FeatureExtractor} computes them, the same from live
 * evidence and from a log.
 */
@NullMarked
package io.foreguard.predictive.feature;

import org.jspecify.annotations.NullMarked;
