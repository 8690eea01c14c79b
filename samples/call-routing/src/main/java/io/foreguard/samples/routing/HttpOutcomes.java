package io.foreguard.samples.routing;

import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.OutcomeClassifier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.client.RestClientResponseException;

/** Names how an HTTP call ended: what a caller asks wrongly says nothing about health. */
final class HttpOutcomes implements OutcomeClassifier {
  @Override
  public Outcome classify(@Nullable Object result, @Nullable Throwable thrown) {
    if (thrown instanceof CustomerNotFoundException) {
      return Outcome.CALLER_FAULT;
    }
    if (thrown instanceof RestClientResponseException response) {
      return byStatus(response.getStatusCode());
    }
    return OutcomeClassifier.standard().classify(result, thrown);
  }

  private static Outcome byStatus(HttpStatusCode status) {
    if (status.value() == 429 || status.value() == 503) {
      return Outcome.REJECTED;
    }
    return status.is4xxClientError() ? Outcome.CALLER_FAULT : Outcome.FAILURE;
  }
}
