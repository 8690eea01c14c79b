/** What the registries are made of. Not for users: not part of the API. */
@NullMarked
package io.foreguard.registry.internal;

import org.jspecify.annotations.NullMarked;
