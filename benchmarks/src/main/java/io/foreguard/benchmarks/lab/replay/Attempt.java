package io.foreguard.benchmarks.lab.replay;

import org.jspecify.annotations.Nullable;

/** A call that a contender sent. Lives on the replay's thread. */
final class Attempt {
  final int call;
  final long start;

  /** What the contender wants to remember of it. */
  @Nullable Object permit;

  boolean ended;

  Attempt(int call, long start) {
    this.call = call;
    this.start = start;
  }
}
