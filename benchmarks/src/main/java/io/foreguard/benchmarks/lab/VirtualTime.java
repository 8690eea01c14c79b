package io.foreguard.benchmarks.lab;

import io.foreguard.time.Clock;

/**
 * The lab's time: a clock that stands still between events, and the events. Starts at 0. Not
 * thread-safe.
 */
public final class VirtualTime {
  private final EventQueue events = new EventQueue();
  private final LabClock clock = new LabClock(events);

  /** Time at its start. */
  public VirtualTime() {}

  /** The clock that guards read. */
  public Clock clock() {
    return clock;
  }

  /** Nanoseconds since the start. */
  public long now() {
    return clock.nanoTime();
  }

  /** Has {@code event} run at {@code nanos}; at once if that is over. */
  public void at(long nanos, Runnable event) {
    events.add(Math.max(nanos, clock.nanoTime()), event);
  }

  /** Moves on to {@code nanos} and runs what is due until then, each at its own time. */
  public void advanceTo(long nanos) {
    while (!events.isEmpty() && events.nextTime() <= nanos) {
      clock.moveTo(Math.max(events.nextTime(), clock.nanoTime()));
      events.poll().run();
    }
    clock.moveTo(Math.max(nanos, clock.nanoTime()));
  }

  EventQueue events() {
    return events;
  }

  LabClock labClock() {
    return clock;
  }
}
