/** The points engine, a dependency that fails on command. */
@NullMarked
package io.foreguard.samples.pointsengine;

import org.jspecify.annotations.NullMarked;
