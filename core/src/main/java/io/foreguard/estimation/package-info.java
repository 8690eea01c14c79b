/**
 * How likely the next call is to succeed. Implement {@link io.foreguard.estimation.SuccessModel} to
 * bring a model of your own; {@link io.foreguard.estimation.StatisticalModel} is the default.
 */
@NullMarked
package io.foreguard.estimation;

import org.jspecify.annotations.NullMarked;
