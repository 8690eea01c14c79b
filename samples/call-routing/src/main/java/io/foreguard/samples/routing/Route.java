package io.foreguard.samples.routing;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a call goes.
 *
 * @param queue the queue, named after the tier, or {@code general}
 * @param priority the rank among waiting calls; 1 is answered first
 * @param tier null when not known
 * @param ageSeconds how old the knowledge is; 0 when fresh or when there is none
 * @param message what the caller hears
 * @param decision {@code rejected} when a protection refused to send, here or in loyalty-lookup
 * @param pointsDecision the decision in loyalty-lookup; null when it is not known
 */
record Route(
    String callId,
    String queue,
    int priority,
    @Nullable Tier tier,
    Source source,
    double ageSeconds,
    String message,
    Decision decision,
    @Nullable Decision pointsDecision) {
  private static final String GENERAL_QUEUE = "general";
  private static final int GENERAL_PRIORITY = 3;

  static Route of(String callId, Loyalty loyalty) {
    Tier tier = loyalty.tier();
    return new Route(
        callId,
        tier == null ? GENERAL_QUEUE : tier.queue(),
        tier == null ? GENERAL_PRIORITY : tier.priority(),
        tier,
        loyalty.source(),
        loyalty.age().toMillis() / 1000.0,
        message(tier, loyalty.name()),
        overall(loyalty),
        loyalty.pointsDecision());
  }

  private static String message(@Nullable Tier tier, @Nullable String name) {
    if (tier == null) {
      return "Thank you for calling. The next free colleague will take your call.";
    }
    String greeting = name == null ? "Welcome back" : "Welcome back, " + name;
    return greeting + ". You are in our " + tier.name().toLowerCase(Locale.ROOT) + " queue.";
  }

  private static Decision overall(Loyalty loyalty) {
    boolean sentHere = loyalty.decision() == Decision.SENT;
    return sentHere && loyalty.pointsDecision() != null
        ? loyalty.pointsDecision()
        : loyalty.decision();
  }
}
