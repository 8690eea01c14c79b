package io.foreguard.otel;

import static io.foreguard.otel.ForeguardAttributes.HEDGE_ATTEMPT_KIND;
import static io.foreguard.otel.ForeguardAttributes.HEDGE_NAME;
import static io.foreguard.otel.ForeguardAttributes.HEDGE_REFUSAL_REASON;

import io.foreguard.hedge.Hedge;
import io.foreguard.hedge.HedgeMetrics;
import io.foreguard.hedge.RefusalReason;
import io.opentelemetry.api.common.Attributes;

/** Reports one hedge. It tells on a timer's thread, where there is no span of the call. */
final class HedgeWatch implements Watch {
  private final Hedge hedge;
  private final Attributes name;
  private final Attributes firstAttempts;
  private final Attributes hedges;

  HedgeWatch(Hedge hedge) {
    this.hedge = hedge;
    name = Attributes.of(HEDGE_NAME, hedge.name());
    firstAttempts = name.toBuilder().put(HEDGE_ATTEMPT_KIND, "first").build();
    hedges = name.toBuilder().put(HEDGE_ATTEMPT_KIND, "hedge").build();
  }

  @Override
  public void collect(Instruments out) {
    HedgeMetrics counts = hedge.metrics();
    out.count(ForeguardMetric.HEDGE_ATTEMPTS, counts.calls(), firstAttempts);
    out.count(ForeguardMetric.HEDGE_ATTEMPTS, counts.hedges(), hedges);
    out.count(ForeguardMetric.HEDGE_WINS, counts.wins(), name);
    for (RefusalReason reason : RefusalReason.values()) {
      out.count(
          ForeguardMetric.HEDGE_REFUSALS,
          counts.refusals(reason),
          name.toBuilder().put(HEDGE_REFUSAL_REASON, Words.of(reason)).build());
    }
    out.gauge(ForeguardMetric.HEDGE_BUDGET_UTILIZATION, hedge.budget().utilization(), name);
  }

  @Override
  public void close() {}
}
