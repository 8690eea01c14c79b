package io.foreguard.predictive.trust;

import java.util.Locale;
import java.util.Objects;

/**
 * What a challenger would have done with the calls that its champion decided on. Immutable.
 *
 * <p>It would have refused a call if its success probability when the call started was below the
 * policy's threshold. It would have had to let probes through as well, and what it refused would
 * have changed what it saw: the figures are those of one decision at a time.
 *
 * @param champion name and version of the model in force
 * @param challenger name and version of the model that watched
 * @param calls calls that were sent and ended with evidence
 * @param abstained those for which the challenger had no estimate
 * @param rightly calls it would have refused that failed
 * @param wrongly calls it would have refused that succeeded
 * @param secondsSaved how long the failures it would have refused held their callers
 * @param netValue what those refusals would have been worth by the policy's costs: the cost of the
 *     failures less that of the successes refused
 * @param refused calls that the champion refused
 * @param wouldSend those that the challenger would have sent; what would have become of them is not
 *     known
 * @param lostAtLeast how many of them would have succeeded at least, by the probes sent while the
 *     challenger would have sent (90 % interval of Wilson); 0 without probes
 * @param lostExpected how many would have, by the challenger's own word
 * @param lostAtMost how many would have at most, by the probes
 * @param challengerLoss mean log loss of the challenger in nats per call
 * @param championLoss the same of the champion, on the same calls
 */
public record ShadowReport(
    String champion,
    String challenger,
    long calls,
    long abstained,
    long rightly,
    long wrongly,
    double secondsSaved,
    double netValue,
    long refused,
    long wouldSend,
    double lostAtLeast,
    double lostExpected,
    double lostAtMost,
    double challengerLoss,
    double championLoss) {
  /** Checks that the names are there. */
  public ShadowReport {
    Objects.requireNonNull(champion, "champion");
    Objects.requireNonNull(challenger, "challenger");
  }

  /** As text in Markdown. */
  public String toMarkdown() {
    return String.format(
        Locale.ROOT,
        """
        # %s against %s

        | | |
        |---|---|
        | calls sent | %d |
        | of these without the challenger's estimate | %d |
        | it would have refused, rightly (they failed) | %d |
        | it would have refused, wrongly (they succeeded) | %d |
        | seconds of failing calls saved | %.1f |
        | net value of its refusals, in successes | %+.2f |
        | calls the champion refused | %d |
        | of these it would have sent | %d |
        | of which would have succeeded | %.0f to %.0f by probes, %.0f by its own word |
        | log loss per call, challenger | %.4f |
        | log loss per call, champion | %.4f |

        One decision at a time: the challenger's own probes, and how its refusals would have changed
        what it saw, are not in these figures.
        """,
        challenger,
        champion,
        calls,
        abstained,
        rightly,
        wrongly,
        secondsSaved,
        netValue,
        refused,
        wouldSend,
        lostAtLeast,
        lostAtMost,
        lostExpected,
        challengerLoss,
        championLoss);
  }
}
