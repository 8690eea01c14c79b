/**
 * How annotated methods are run inside guards: reading annotations, fallback methods and keys, and
 * checking all of it when the application starts.
 */
@NullMarked
package io.foreguard.spring.aop;

import org.jspecify.annotations.NullMarked;
