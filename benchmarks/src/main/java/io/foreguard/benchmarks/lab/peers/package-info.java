/**
 * What the lab compares Foreguard with: libraries as they are, and published formulas. Each is a
 * {@link io.foreguard.benchmarks.lab.peers.Peer} that {@link
 * io.foreguard.benchmarks.lab.peers.Peers} knows by name.
 */
@NullMarked
package io.foreguard.benchmarks.lab.peers;

import org.jspecify.annotations.NullMarked;
