/**
 * A logistic model that learns from each outcome while it serves: start at {@link
 * io.foreguard.predictive.online.OnlineLogisticModel}.
 */
@NullMarked
package io.foreguard.predictive.online;

import org.jspecify.annotations.NullMarked;
