package io.foreguard.guard;

import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.bulkhead.ThreadPoolBulkhead;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.hedge.Hedge;
import io.foreguard.retry.Retry;
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

  Around[] innermostFirst() {
    List<Around> layers = new ArrayList<>();
    if (deadline != null) {
      layers.add(Around.timeout(deadline));
    }
    order.forEach(layer -> add(layer, layers));
    Collections.reverse(layers);
    return layers.toArray(Around[]::new);
  }

  private void add(Layer layer, List<Around> layers) {
    if (layer == Layer.CIRCUIT_BREAKER) {
      layers.add(Around.breaker(breaker));
    } else if (layer == Layer.RETRY && retry != null) {
      Retry advised = retry.advisedBy((attempt, cause) -> breaker.allowsRetry());
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
