package io.foreguard.samples.routing;

import io.foreguard.samples.routing.LoyaltyApi.Profile;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ProblemDetail;
import org.springframework.web.client.RestClientResponseException;

/**
 * What is known of the loyalty of a caller, and how it was come by.
 *
 * @param tier null when not known
 * @param name null when not known
 * @param decision what this service's protection did with its call
 * @param pointsDecision what the protection in loyalty-lookup did with the call behind this one;
 *     null when loyalty-lookup did not say
 */
record Loyalty(
    @Nullable Tier tier,
    @Nullable String name,
    Source source,
    Duration age,
    Decision decision,
    @Nullable Decision pointsDecision) {

  /** An answer of loyalty-lookup, which may itself rest on stale points. */
  static Loyalty answered(Profile profile, Decision decision) {
    boolean stale = profile.source() == Source.STALE;
    return new Loyalty(
        profile.tier(),
        profile.name(),
        stale ? Source.STALE : Source.FRESH,
        stale ? profile.age() : Duration.ZERO,
        decision,
        profile.decision());
  }

  /** An earlier answer, kept for {@code age}, in place of a call that failed or was not sent. */
  static Loyalty remembered(
      Profile profile, Duration age, Decision decision, @Nullable Throwable failure) {
    return new Loyalty(
        profile.tier(),
        profile.name(),
        Source.STALE,
        age.plus(profile.age()),
        decision,
        decisionBelow(failure));
  }

  /** No answer at all. */
  static Loyalty unknown(Decision decision, @Nullable Throwable failure) {
    return new Loyalty(null, null, Source.DEFAULT, Duration.ZERO, decision, decisionBelow(failure));
  }

  /** The decision that loyalty-lookup names in the problem details of its refusal. */
  private static @Nullable Decision decisionBelow(@Nullable Throwable failure) {
    if (failure instanceof RestClientResponseException response) {
      ProblemDetail problem = problem(response);
      if (problem != null && problem.getProperties() != null) {
        return Decision.named(problem.getProperties().get("decision"));
      }
    }
    return null;
  }

  private static @Nullable ProblemDetail problem(RestClientResponseException response) {
    try {
      return response.getResponseBodyAs(ProblemDetail.class);
    } catch (RuntimeException e) { // whatever answered in its place wrote something else
      return null;
    }
  }
}
