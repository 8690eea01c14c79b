package io.foreguard.spring.endpoint;

import io.foreguard.circuitbreaker.CircuitBreakerEvent;
import io.foreguard.circuitbreaker.CircuitBreakerEvent.ModeChange;
import io.foreguard.circuitbreaker.CircuitBreakerEvent.ModelChange;
import io.foreguard.circuitbreaker.CircuitBreakerEvent.Rejection;
import io.foreguard.circuitbreaker.CircuitBreakerEvent.Transition;
import java.util.Map;

/** An event as plain values, for people and their tools. */
final class EventView {
  private EventView() {}

  static Map<String, Object> of(EventLog.Noted noted) {
    CircuitBreakerEvent event = noted.event();
    Values view =
        new Values()
            .put("sequence", noted.sequence())
            .put("time", event.time().toString())
            .put("circuitBreaker", event.circuitBreaker());
    putDetails(view, event, noted.untold());
    return view.put("explanation", event.explanation().toString()).map();
  }

  private static void putDetails(Values view, CircuitBreakerEvent event, long untold) {
    if (event instanceof Transition transition) {
      view.put("kind", "transition")
          .put("from", transition.from())
          .put("to", transition.to())
          .put("share", transition.share())
          .put("why", transition.trigger());
    } else if (event instanceof Rejection rejection) {
      view.put("kind", "rejection")
          .put("reason", rejection.reason())
          .put("why", rejection.reason().words())
          .put("retryAfterSeconds", rejection.retryAfter().toNanos() * 1e-9)
          .put("shadow", rejection.shadow())
          .put("notShownSinceLast", untold);
    } else if (event instanceof ModelChange change) {
      view.put("kind", "model")
          .put("from", change.from())
          .put("to", change.to())
          .put("why", change.reason());
    } else if (event instanceof ModeChange change) {
      view.put("kind", "mode")
          .put("from", change.from())
          .put("to", change.to())
          .put("why", "by an operator");
    }
  }
}
