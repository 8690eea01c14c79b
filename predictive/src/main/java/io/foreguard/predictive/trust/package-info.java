/**
 * Whether a learned model may decide. {@link io.foreguard.predictive.trust.TrustedModel} lets a
 * model act once its predictions have proved better than the default model's on live outcomes, and
 * stops it when they no longer are; {@link io.foreguard.predictive.trust.ShadowComparison} says
 * what a challenger would have done; {@link io.foreguard.predictive.trust.ModelWatch}, {@link
 * io.foreguard.predictive.trust.SwappableModel} and {@link io.foreguard.predictive.trust.ModelSlot}
 * exchange a model while calls go on.
 */
@NullMarked
package io.foreguard.predictive.trust;

import org.jspecify.annotations.NullMarked;
