/**
 * How unlike the past the present is, and in what. Start at {@link
 * io.foreguard.predictive.anomaly.AnomalyDetector}.
 */
@NullMarked
package io.foreguard.predictive.anomaly;

import org.jspecify.annotations.NullMarked;
