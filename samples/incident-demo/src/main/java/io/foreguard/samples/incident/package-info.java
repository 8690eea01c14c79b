/** Plays an incident against the sample services and reports what callers saw. */
@NullMarked
package io.foreguard.samples.incident;

import org.jspecify.annotations.NullMarked;
