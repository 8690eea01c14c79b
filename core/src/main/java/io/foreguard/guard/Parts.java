package io.foreguard.guard;

import io.foreguard.CallContext;
import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.bulkhead.ThreadPoolBulkhead;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.evidence.LatencyEvidence;
import io.foreguard.hedge.Hedge;
import io.foreguard.retry.Retry;
import io.foreguard.retry.RetryAdvisor;
import io.foreguard.timeout.Timeout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a guard is made of, checked by its builder. */
record Parts(
    CircuitBreaker breaker,
    @Nullable Bulkhead bulkhead,
    @Nullable ThreadPoolBulkhead pool,
    @Nullable Retry retry,
    @Nullable Hedge hedge,
    @Nullable Timeout timeout,
    @Nullable Timeout deadline,
    List<Layer> order) {

  /** What the breaker thinks of another attempt. */
  record BreakersAdvice(CircuitBreaker breaker) implements RetryAdvisor {
    @Override
    public boolean worthRetrying(int attempt, @Nullable Throwable failure) {
      return breaker.allowsRetry();
    }

    @Override
    public boolean needsNoBudget() {
      return breaker.latency().condition() == LatencyEvidence.Condition.CALM;
    }
  }

  Around[] innermostFirst() {
    return innermostFirst(CallContext.none());
  }

  Around[] innermostFirst(CallContext context) {
    List<Around> layers = new ArrayList<>();
    if (deadline != null) {
      layers.add(Around.timeout(deadline));
    }
    order.forEach(layer -> add(layer, context, layers));
    Collections.reverse(layers);
    return layers.toArray(Around[]::new);
  }

  /** The pipeline in one frame; null when it has parts or an order that this cannot do. */
  @Nullable StraightLine straightLine() {
    boolean usual =
        timeout == null
            && pool == null
            && deadline == null
            && hedge == null
            && breaker.parent().isEmpty()
            && order.indexOf(Layer.RETRY) <= 0
            && (bulkhead == null || order.indexOf(Layer.BULKHEAD) == order.size() - 1);
    return usual ? new StraightLine(advised(), breaker, bulkhead) : null;
  }

  private @Nullable Retry advised() {
    return retry == null ? null : retry.advisedBy(new BreakersAdvice(breaker));
  }

  private void add(Layer layer, CallContext context, List<Around> layers) {
    Retry advised = advised();
    if (layer == Layer.CIRCUIT_BREAKER) {
      layers.add(context.size() == 0 ? Around.breaker(breaker) : Around.breaker(breaker, context));
    } else if (layer == Layer.RETRY && advised != null) {
      layers.add(Around.retry(advised, deadline == null ? null : deadline.config().duration()));
    } else if (layer == Layer.HEDGE && hedge != null) {
      layers.add(Around.hedge(hedge.advisedBy(attempts -> breaker.allowsRetry())));
    } else if (layer == Layer.BULKHEAD && pool != null) {
      layers.add(Around.pool(pool, timeout));
    } else if (layer == Layer.BULKHEAD && bulkhead != null) {
      layers.add(Around.bulkhead(bulkhead));
    } else if (layer == Layer.TIMEOUT && timeout != null && pool == null) {
      layers.add(Around.timeout(timeout));
    }
  }
}
