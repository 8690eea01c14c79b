/**
 * A second attempt beside the first, for calls that take unusually long. {@link
 * io.foreguard.hedge.Hedge} runs calls; {@link io.foreguard.hedge.HedgeConfig} says when and how
 * often, and {@link io.foreguard.hedge.HedgeAdvisor} lets the success model say whether the load is
 * bearable.
 */
@NullMarked
package io.foreguard.hedge;

import org.jspecify.annotations.NullMarked;
