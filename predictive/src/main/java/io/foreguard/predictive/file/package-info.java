/**
 * Model files: {@link io.foreguard.predictive.file.ModelFile} writes and reads them, {@link
 * io.foreguard.predictive.file.ModelFileException} says what is wrong with one.
 */
@NullMarked
package io.foreguard.predictive.file;

import org.jspecify.annotations.NullMarked;
