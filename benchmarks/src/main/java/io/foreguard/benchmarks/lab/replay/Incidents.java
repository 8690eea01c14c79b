package io.foreguard.benchmarks.lab.replay;

import io.foreguard.benchmarks.lab.replay.Segments.Segment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds the incidents in a log. The rule is told by {@link #RULE}. */
final class Incidents {
  /** The rule in words, for the report. */
  static final String RULE =
      "An incident is a stretch of calls, between two changes of the failure probability, with at"
          + " least 3 failures, at least 10 calls that failed or were refused in the log, and a"
          + " failure share of at least 5 points and twice the usual share above the usual one; the"
          + " usual share is the one that a quarter of the calls do not exceed. Stretches less than"
          + " 20 calls or a second apart are one incident.";

  private static final int LEAST_FAILURES = 3;
  private static final int LEAST_CALLS = 10;
  private static final int LEAST_CALLS_BETWEEN = 20;
  private static final long LEAST_NANOS_BETWEEN = 1_000_000_000L;

  private Incidents() {}

  static List<Incident> of(ReplayLog log, List<Segment> segments) {
    double usual = usualShare(segments);
    List<Incident> found = new ArrayList<>();
    for (Segment segment : segments) {
      if (!stands(log, segment, usual)) {
        continue;
      }
      Incident next = new Incident(log, segment.first(), segment.end());
      int last = found.size() - 1;
      if (last >= 0 && areOne(found.get(last), next)) {
        found.set(last, new Incident(log, found.get(last).first(), next.end()));
      } else {
        found.add(next);
      }
    }
    return found;
  }

  private static boolean stands(ReplayLog log, Segment segment, double usual) {
    if (segment.failures() < LEAST_FAILURES || segment.share() < usual + Math.max(.05, 2 * usual)) {
      return false;
    }
    int calls = segment.failures();
    for (int i = segment.first(); i < segment.end() && calls < LEAST_CALLS; i++) {
      calls += log.wasMade(i) ? 0 : 1;
    }
    return calls >= LEAST_CALLS;
  }

  /** Failure share that a quarter of the calls do not exceed. */
  static double usualShare(List<Segment> segments) {
    long all = segments.stream().mapToLong(Segment::evidence).sum();
    long seen = 0;
    for (Segment segment :
        segments.stream().sorted(Comparator.comparingDouble(Segment::share)).toList()) {
      seen += segment.evidence();
      if (4 * seen >= all) {
        return segment.share();
      }
    }
    return 0;
  }

  private static boolean areOne(Incident a, Incident b) {
    return b.first() - a.end() < LEAST_CALLS_BETWEEN
        || b.fromNanos() - a.toNanos() < LEAST_NANOS_BETWEEN;
  }

  /**
   * An incident.
   *
   * @param first place of its first call
   * @param end place after its last
   * @param fromNanos start of its first call
   * @param toNanos start of the first call after it, or of its last
   * @param failures calls that failed in it
   * @param calls calls that came in it
   */
  record Incident(int first, int end, long fromNanos, long toNanos, int failures, int calls) {
    Incident(ReplayLog log, int first, int end) {
      this(
          first,
          end,
          log.start(first),
          log.start(Math.min(end, log.size() - 1)),
          count(log, first, end),
          end - first);
    }

    private static int count(ReplayLog log, int first, int end) {
      int count = 0;
      for (int i = first; i < end; i++) {
        count += log.failed(i) ? 1 : 0;
      }
      return count;
    }
  }
}
