package io.foreguard.spring.http;

import io.foreguard.guard.Guard;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.GuardFactory;
import io.foreguard.spring.NotRepeatableException;
import io.foreguard.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * Guards the requests of a {@code WebClient}. A bean of the starter.
 *
 * <pre>{@code
 * WebClient points = builder.filter(guards.filter("points")).build();
 * }</pre>
 *
 * <p>What counts as a failure and what is repeated is as with {@link RestClientGuards}. Each
 * subscription is a call, which ends when the headers are there. Thread-safe.
 */
public final class WebClientGuards {
  private final GuardFactory factory;
  private final ForeguardRegistry registry;

  WebClientGuards(GuardFactory factory, ForeguardRegistry registry) {
    this.factory = factory;
    this.registry = registry;
  }

  /** A filter for the requests to one dependency, by its guard's name. */
  public ExchangeFilterFunction filter(String guard) {
    Guard guarded = factory.guard(registry, guard);
    return (request, next) ->
        Mono.deferContextual(
            context -> new Request(request, next, context, registry.clock()).send(guarded));
  }

  /** One guarded request. */
  private static final class Request {
    private final ClientRequest request;
    private final ExchangeFunction next;
    private final ContextView context;
    private final Clock clock;
    private final AtomicReference<ClientResponse> refused = new AtomicReference<>();

    Request(ClientRequest request, ExchangeFunction next, ContextView context, Clock clock) {
      this.request = request;
      this.next = next;
      this.context = context;
      this.clock = clock;
    }

    Mono<ClientResponse> send(Guard guard) {
      return Mono.<ClientResponse>fromFuture(() -> call(guard))
          .onErrorResume(HttpStatusFailure.class, e -> Mono.just((ClientResponse) e.response()))
          .onErrorResume(
              failure -> {
                Throwable cause = NotRepeatableException.unwrap(failure);
                return drop().then(Mono.error(cause == null ? failure : cause));
              });
    }

    private CompletableFuture<ClientResponse> call(Guard guard) {
      return guard.callAsync(this::attempt).toCompletableFuture();
    }

    private CompletionStage<ClientResponse> attempt() {
      return drop()
          .then(Mono.defer(() -> next.exchange(request)))
          .onErrorMap(WebClientRequestException.class, this::marked)
          .flatMap(this::judged)
          .contextWrite(context)
          .toFuture();
    }

    private Throwable marked(WebClientRequestException failure) {
      Throwable cause = failure.getCause();
      boolean repeatable =
          HttpStatusFailure.isIdempotent(request.method())
              || (cause != null && RestClientGuards.wasNotSent(cause));
      return repeatable ? failure : new NotRepeatableException(failure);
    }

    private Mono<ClientResponse> judged(ClientResponse response) {
      return HttpStatusFailure.of(
              response,
              response.statusCode(),
              response.headers().asHttpHeaders(),
              request.method(),
              clock.wallTime())
          .<Mono<ClientResponse>>map(
              failure -> {
                refused.set(response);
                return Mono.error(failure);
              })
          .orElseGet(() -> Mono.just(response));
    }

    /** Lets go of the answer of an earlier attempt, which nobody will read. */
    private Mono<Void> drop() {
      return Mono.defer(
          () -> {
            ClientResponse earlier = refused.getAndSet(null);
            return earlier == null ? Mono.empty() : earlier.releaseBody().onErrorComplete();
          });
    }
  }
}
