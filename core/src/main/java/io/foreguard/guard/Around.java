package io.foreguard.guard;

import io.foreguard.CallContext;
import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.bulkhead.ThreadPoolBulkhead;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.hedge.Hedge;
import io.foreguard.retry.Retry;
import io.foreguard.timeout.Timeout;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One layer of a pipeline, put around what is inside of it. Thread-safe. */
interface Around {
  <T extends @Nullable Object> Callable<T> sync(Callable<T> inner);

  <T extends @Nullable Object> Supplier<CompletionStage<T>> async(
      Supplier<? extends CompletionStage<T>> inner);

  static Around breaker(CircuitBreaker breaker) {
    return new Around() {
      @Override
      public <T extends @Nullable Object> Callable<T> sync(Callable<T> inner) {
        return breaker.decorate(inner);
      }

      @Override
      public <T extends @Nullable Object> Supplier<CompletionStage<T>> async(
          Supplier<? extends CompletionStage<T>> inner) {
        return breaker.decorateAsync(inner);
      }
    };
  }

  static Around breaker(CircuitBreaker breaker, CallContext context) {
    return new Around() {
      @Override
      public <T extends @Nullable Object> Callable<T> sync(Callable<T> inner) {
        return () -> breaker.call(context, inner);
      }

      @Override
      public <T extends @Nullable Object> Supplier<CompletionStage<T>> async(
          Supplier<? extends CompletionStage<T>> inner) {
        return () -> breaker.callAsync(context, inner);
      }
    };
  }

  static Around bulkhead(Bulkhead bulkhead) {
    return new Around() {
      @Override
      public <T extends @Nullable Object> Callable<T> sync(Callable<T> inner) {
        return bulkhead.decorate(inner);
      }

      @Override
      public <T extends @Nullable Object> Supplier<CompletionStage<T>> async(
          Supplier<? extends CompletionStage<T>> inner) {
        return bulkhead.decorateAsync(inner);
      }
    };
  }

  static Around timeout(Timeout timeout) {
    return new Around() {
      @Override
      public <T extends @Nullable Object> Callable<T> sync(Callable<T> inner) {
        return timeout.decorate(inner);
      }

      @Override
      public <T extends @Nullable Object> Supplier<CompletionStage<T>> async(
          Supplier<? extends CompletionStage<T>> inner) {
        return timeout.decorateAsync(inner);
      }
    };
  }

  static Around retry(Retry retry, @Nullable Duration deadline) {
    return new Around() {
      @Override
      public <T extends @Nullable Object> Callable<T> sync(Callable<T> inner) {
        return deadline == null ? retry.decorate(inner) : () -> retry.call(inner, deadline);
      }

      @Override
      public <T extends @Nullable Object> Supplier<CompletionStage<T>> async(
          Supplier<? extends CompletionStage<T>> inner) {
        return deadline == null
            ? retry.decorateAsync(inner)
            : () -> retry.callAsync(inner, deadline);
      }
    };
  }

  static Around hedge(Hedge hedge) {
    return new Around() {
      @Override
      public <T extends @Nullable Object> Callable<T> sync(Callable<T> inner) {
        return hedge.decorate(inner);
      }

      @Override
      public <T extends @Nullable Object> Supplier<CompletionStage<T>> async(
          Supplier<? extends CompletionStage<T>> inner) {
        return hedge.decorateAsync(inner);
      }
    };
  }

  /**
   * Runs the call on a pool's thread, with the time-out outside of it: the caller has its answer in
   * time even if the call does not heed interruption. The thread stays taken until the call really
   * ends.
   */
  static Around pool(ThreadPoolBulkhead pool, @Nullable Timeout timeout) {
    return new Around() {
      @Override
      public <T extends @Nullable Object> Callable<T> sync(Callable<T> inner) {
        return () ->
            await(
                timeout == null ? pool.submit(inner) : timeout.callAsync(() -> pool.submit(inner)));
      }

      @Override
      public <T extends @Nullable Object> Supplier<CompletionStage<T>> async(
          Supplier<? extends CompletionStage<T>> inner) {
        Supplier<CompletionStage<T>> onPool = () -> new PooledStage<T>().begin(pool, inner);
        return timeout == null ? onPool : timeout.decorateAsync(onPool);
      }
    };
  }

  private static <T extends @Nullable Object> T await(CompletionStage<T> stage) throws Exception {
    CompletableFuture<T> future = stage.toCompletableFuture();
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }
}
