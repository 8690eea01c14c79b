package io.foreguard.spring;

import io.foreguard.internal.Stages;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Guards the Monos and Fluxes that methods return. Apart from {@link GuardedCalls}, as Reactor may
 * be absent.
 *
 * <p>Each subscription is a call: nothing happens before, and each attempt runs the method anew.
 */
final class ReactiveCalls {
  private ReactiveCalls() {}

  static Mono<Object> mono(GuardedCalls calls, MethodInvocation invocation) {
    return Mono.deferContextual(
        context ->
            Mono.fromFuture(() -> calls.async(invocation, returned -> future(returned, context))));
  }

  @SuppressWarnings("unchecked") // the method returns a Mono
  private static CompletionStage<Object> future(Object returned, ContextView context) {
    return ((Mono<Object>) returned).contextWrite(context).toFuture();
  }

  static Flux<Object> flux(GuardedCalls calls, MethodInvocation invocation) {
    return Flux.deferContextual(
        context -> Flux.create(sink -> new Stream(sink, context).start(calls, invocation)));
  }

  /** One subscription to a guarded Flux. */
  private static final class Stream {
    private final FluxSink<Object> sink;
    private final ContextView context;
    private volatile @Nullable Attempt current;
    private volatile boolean delivered;

    Stream(FluxSink<Object> sink, ContextView context) {
      this.sink = sink;
      this.context = context;
    }

    void start(GuardedCalls calls, MethodInvocation invocation) {
      FluxSink<Object> unused =
          sink.onRequest(
              count -> {
                Attempt attempt = current;
                if (attempt != null) {
                  attempt.request(count);
                }
              });
      CompletableFuture<Object> call = calls.async(invocation, this::subscribe);
      Stages.whenDone(call, (none, failure) -> end(failure));
      unused = sink.onDispose(() -> Stages.cancel(call));
    }

    private void end(@Nullable Throwable failure) {
      Throwable cause = NotRepeatableException.unwrap(failure);
      if (cause == null) {
        sink.complete();
      } else {
        sink.error(cause);
      }
    }

    private CompletionStage<Object> subscribe(Object returned) {
      Attempt attempt = new Attempt();
      ((Publisher<?>) returned).subscribe(attempt);
      return attempt.done;
    }

    /** Forwards what one attempt delivers. More may be asked for than is wanted; that waits. */
    private final class Attempt extends BaseSubscriber<Object> {
      private final CompletableFuture<Object> done = new CompletableFuture<>();

      Attempt() {
        CompletableFuture<Object> unused =
            done.whenComplete(
                (none, failure) -> {
                  if (done.isCancelled()) {
                    cancel();
                  }
                });
      }

      @Override
      public Context currentContext() {
        return Context.of(context);
      }

      @Override
      protected void hookOnSubscribe(Subscription subscription) {
        current = this;
        long wanted = sink.requestedFromDownstream();
        if (wanted > 0) {
          subscription.request(wanted);
        }
      }

      @Override
      protected void hookOnNext(Object value) {
        delivered = true;
        FluxSink<Object> unused = sink.next(value);
      }

      @Override
      @SuppressWarnings("NullAway") // nothing is the result of a stream
      protected void hookOnComplete() {
        done.complete(null);
      }

      @Override
      protected void hookOnError(Throwable failure) {
        done.completeExceptionally(delivered ? new NotRepeatableException(failure) : failure);
      }
    }
  }
}
