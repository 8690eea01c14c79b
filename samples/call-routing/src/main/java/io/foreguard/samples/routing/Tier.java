package io.foreguard.samples.routing;

/** The loyalty tier of a caller, and where its calls go. */
enum Tier {
  PLATINUM("platinum", 1),
  GOLD("gold", 2),
  SILVER("silver", 3),
  STANDARD("standard", 4);

  private final String queue;
  private final int priority;

  Tier(String queue, int priority) {
    this.queue = queue;
    this.priority = priority;
  }

  String queue() {
    return queue;
  }

  /** The rank among waiting calls; 1 is answered first. */
  int priority() {
    return priority;
  }
}
