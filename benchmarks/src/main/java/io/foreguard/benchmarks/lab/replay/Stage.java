package io.foreguard.benchmarks.lab.replay;

import io.foreguard.benchmarks.lab.replay.Incidents.Incident;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What all replays of one log share. Immutable.
 *
 * @param log the calls
 * @param incidents in it, in order
 * @param worth what things are worth
 */
record Stage(ReplayLog log, List<Incident> incidents, Worth worth) {
  /** Differences between candidates are compared by blocks of as much of the log's time. */
  static final int BLOCKS = 2_000;

  private static final int SHOWN = 4;

  Stage {
    incidents = List.copyOf(incidents);
  }

  int block(long nanos) {
    double share = nanos / (double) (log.lengthNanos() + 1);
    return (int) Math.min(BLOCKS - 1, share * BLOCKS);
  }

  /** The incidents with the most failures, in order of time. */
  List<Incident> shown() {
    return incidents.stream()
        .sorted(Comparator.comparingInt(Incident::failures).reversed())
        .limit(SHOWN)
        .sorted(Comparator.comparingLong(Incident::fromNanos))
        .toList();
  }

  /** New strips: of the whole log, and of each incident shown with some time around it. */
  List<Strip> newStrips() {
    List<Strip> strips = new ArrayList<>();
    strips.add(new Strip(0, log.lengthNanos() + 1));
    for (Incident incident : shown()) {
      long length = Math.max(1_000_000_000L, incident.toNanos() - incident.fromNanos());
      long from = Math.max(0, incident.fromNanos() - length / 4);
      strips.add(new Strip(from, incident.toNanos() + length * 3 / 4));
    }
    return strips;
  }
}
