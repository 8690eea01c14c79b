package io.foreguard.benchmarks.lab.replay;

import java.util.List;

/** What one candidate did with a log under one scenario. */
final class Score {
  final Candidate candidate;
  final String scenario;

  /** Overall first, then the incidents that are shown. */
  final List<Strip> strips;

  /** Utility of each block of even length of the log. */
  final double[] blocks;

  /** Seconds from the onset of each incident to protection. */
  final double[] protect;

  /** Seconds from the end of each incident to recovery. */
  final double[] recover;

  long calls;
  long sent;
  long succeeded;
  long failed;
  long rejected;

  /** Rejected calls that would have succeeded: counted, or expected where that is a chance. */
  double wronglyRejected;

  /** Calls sent whose fate the log does not tell. */
  long imagined;

  double utility;

  /** Time that failed calls held their callers. */
  double heldSeconds;

  Score(Candidate candidate, String scenario, Stage stage) {
    this.candidate = candidate;
    this.scenario = scenario;
    strips = stage.newStrips();
    blocks = new double[Stage.BLOCKS];
    protect = new double[stage.incidents().size()];
    recover = new double[stage.incidents().size()];
  }

  /** Utility per 1,000 calls. */
  double perThousand() {
    return 1_000 * utility / Math.max(1, calls);
  }
}
