package io.foreguard.spring.test;

import io.foreguard.test.ScriptedDependency;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What is scripted comes between subscription and publisher. Apart, as Reactor may be absent. */
final class ReactiveFaults {
  private ReactiveFaults() {}

  static Mono<Object> mono(ScriptedDependency script, Callable<@Nullable Object> method) {
    return gate(script).then(Mono.defer(() -> Mono.from(publisher(method))));
  }

  static Flux<Object> flux(ScriptedDependency script, Callable<@Nullable Object> method) {
    return gate(script).thenMany(Flux.defer(() -> publisher(method)));
  }

  /** Ends when the scripted time has passed, or as scripted. */
  private static Mono<Boolean> gate(ScriptedDependency script) {
    return Mono.fromFuture(
        () ->
            script.callAsync(() -> CompletableFuture.completedFuture(true)).toCompletableFuture());
  }

  @SuppressWarnings("unchecked") // the method returns a publisher
  private static Publisher<Object> publisher(Callable<@Nullable Object> method) {
    try {
      Object returned = method.call();
      return returned == null
          ? Mono.error(new NullPointerException("null instead of a publisher"))
          : (Publisher<Object>) returned;
    } catch (Exception e) {
      return Mono.error(e);
    }
  }
}
