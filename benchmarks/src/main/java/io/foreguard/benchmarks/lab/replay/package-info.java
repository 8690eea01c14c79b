/**
 * Replays a log of calls through configurations of Foreguard and through its peers, and looks for a
 * better configuration. Start at {@link io.foreguard.benchmarks.lab.replay.ReplayRun}.
 */
@NullMarked
package io.foreguard.benchmarks.lab.replay;

import org.jspecify.annotations.NullMarked;
