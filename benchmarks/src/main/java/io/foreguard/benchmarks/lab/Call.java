package io.foreguard.benchmarks.lab;

import org.jspecify.annotations.Nullable;

/** One attempt to answer one request. Lives on the simulation's thread. */
final class Call {
  final long request;
  final int client;
  final int tenant;
  final int attempt;
  final long arrived;

  /** The replica that takes it: the balancer's choice, which a policy may change. */
  int replica;

  /** What the policy wants to remember of it. */
  @Nullable Object permit;

  long start;
  boolean ended;

  /** The attempt that was started beside this one, or that this one was started beside. */
  @Nullable Call twin;

  boolean inService;
  boolean failsInService;
  boolean callerFault;
  int epoch;

  Call(long request, int client, int tenant, int attempt, long arrived) {
    this.request = request;
    this.client = client;
    this.tenant = tenant;
    this.attempt = attempt;
    this.arrived = arrived;
  }
}
