/** What several packages of this module share. Not for users: not part of the API. */
@NullMarked
package io.foreguard.predictive.internal;

import org.jspecify.annotations.NullMarked;
