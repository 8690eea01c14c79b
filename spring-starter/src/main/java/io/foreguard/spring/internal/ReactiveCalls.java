package io.foreguard.spring.internal;

import io.foreguard.guard.Guard;
import io.foreguard.internal.Stages;
import io.foreguard.spring.NotRepeatableException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
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
 * Guards Monos and Fluxes. The only class of guarded calls that needs Reactor, which may be absent.
 *
 * <p>Each subscription is a call: nothing happens before, and each attempt runs the method anew.
 */
public final class ReactiveCalls {
  private ReactiveCalls() {}

  /** {@code source}, each subscription to which is a call through {@code guard}. */
  public static <T> Mono<T> mono(Guard guard, Mono<T> source) {
    return mono(guarded(guard, source));
  }

  /** {@code source}, each subscription to which is a call through {@code guard}. */
  public static <T> Flux<T> flux(Guard guard, Flux<T> source) {
    return flux(guarded(guard, source));
  }

  private static <T> Call<T> guarded(Guard guard, Publisher<T> source) {
    return toStage -> guard.callAsync(() -> toStage.apply(source)).toCompletableFuture();
  }

  /** A Mono, each subscription to which makes {@code call}. */
  public static <T> Mono<T> mono(Call<T> call) {
    return Mono.deferContextual(
        context -> Mono.fromFuture(() -> call.start(returned -> future(returned, context))));
  }

  @SuppressWarnings("unchecked") // what is guarded here returns a Mono
  private static <T> CompletionStage<T> future(Object returned, ContextView context) {
    return ((Mono<T>) returned).contextWrite(context).toFuture();
  }

  /** A Flux, each subscription to which makes {@code call}. */
  public static <T> Flux<T> flux(Call<T> call) {
    return Flux.deferContextual(
        context -> Flux.create(sink -> new Stream<T>(sink, context).start(call)));
  }

  /** A guarded call of something that returns a publisher. */
  @FunctionalInterface
  public interface Call<T> {
    /** Starts it; each publisher returned is subscribed to by {@code toStage}. */
    CompletableFuture<T> start(Function<Object, CompletionStage<T>> toStage);
  }

  /** One subscription to a guarded Flux. */
  private static final class Stream<T> {
    private final FluxSink<T> sink;
    private final ContextView context;
    private volatile @Nullable Attempt current;
    private volatile boolean delivered;

    Stream(FluxSink<T> sink, ContextView context) {
      this.sink = sink;
      this.context = context;
    }

    void start(Call<T> guarded) {
      FluxSink<T> unused =
          sink.onRequest(
              count -> {
                Attempt attempt = current;
                if (attempt != null) {
                  attempt.request(count);
                }
              });
      CompletableFuture<T> call = guarded.start(this::subscribe);
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

    @SuppressWarnings("unchecked") // what is guarded here returns a Flux
    private CompletionStage<T> subscribe(Object returned) {
      Attempt attempt = new Attempt();
      ((Publisher<T>) returned).subscribe(attempt);
      return attempt.done;
    }

    /** Forwards what one attempt delivers. More may be asked for than is wanted; that waits. */
    private final class Attempt extends BaseSubscriber<T> {
      private final CompletableFuture<T> done = new CompletableFuture<>();

      Attempt() {
        CompletableFuture<T> unused =
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
      protected void hookOnNext(T value) {
        delivered = true;
        FluxSink<T> unused = sink.next(value);
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
