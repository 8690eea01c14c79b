/**
 * How evidence is kept: striped recording on the call path, one ledger behind a lock that turns it
 * into signals. Not for users: not part of the API.
 */
@NullMarked
package io.foreguard.evidence.internal;

import org.jspecify.annotations.NullMarked;
