/**
 * Random forests as flat arrays, scored without allocation. Start at {@link
 * io.foreguard.predictive.forest.Forest}.
 */
@NullMarked
package io.foreguard.predictive.forest;

import org.jspecify.annotations.NullMarked;
