package io.foreguard.benchmarks.lab;

import io.foreguard.benchmarks.lab.peers.Peer;
import io.foreguard.evidence.Outcome;

/** A peer as a policy. */
final class PeerPolicy implements Policy {
  private final Peer peer;

  PeerPolicy(Peer peer) {
    this.peer = peer;
  }

  static Policy.Factory of(Peer.Factory factory) {
    return (world, clock, client) ->
        new PeerPolicy(
            factory.create(
                new Peer.Setting(
                    Dependency.nanos(world.deadline), world.replicas, world.seed * 31 + client)));
  }

  @Override
  public boolean admit(Call call, long now) {
    int replica = peer.admit(call.attempt, call.replica, now);
    if (replica == Peer.REJECT) {
      return false;
    }
    call.replica = replica;
    return true;
  }

  @Override
  public void ended(Call call, Outcome outcome, long now) {
    peer.ended(outcome, call.replica, call.start, now);
  }

  @Override
  public boolean retries(Call call, Outcome outcome, long now) {
    return peer.retries(outcome, now);
  }
}
