/**
 * Success models made by other tools (XGBoost, scikit-learn, ONNX), read without those tools. Start
 * at {@link io.foreguard.predictive.imports.ModelImport}.
 *
 * <p>Every reader here takes its input for hostile: lengths are checked before anything is
 * allocated, depth is bounded, every index is checked, and whatever is not understood is refused by
 * name.
 */
@NullMarked
package io.foreguard.predictive.imports;

import org.jspecify.annotations.NullMarked;
