/** Learned success models: features, training, model files and scoring. */
@NullMarked
package io.foreguard.predictive;

import org.jspecify.annotations.NullMarked;
