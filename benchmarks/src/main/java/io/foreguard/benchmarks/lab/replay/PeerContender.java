package io.foreguard.benchmarks.lab.replay;

import io.foreguard.benchmarks.lab.peers.Peer;
import io.foreguard.evidence.Outcome;

/** A peer of the lab. */
final class PeerContender implements Contender {
  private static final long SEED = 42;

  private final Peer peer;

  private PeerContender(Peer peer) {
    this.peer = peer;
  }

  static Contender.Factory of(Peer.Factory factory, long deadlineNanos) {
    return (log, clock) ->
        new PeerContender(factory.create(new Peer.Setting(deadlineNanos, 1, SEED)));
  }

  @Override
  public boolean admits(Attempt attempt, long now) {
    return peer.admit(1, 0, now) != Peer.REJECT;
  }

  @Override
  public void ended(Attempt attempt, Outcome outcome, long now) {
    peer.ended(outcome, 0, attempt.start, now);
  }
}
