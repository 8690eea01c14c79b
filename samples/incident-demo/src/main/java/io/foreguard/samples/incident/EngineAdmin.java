package io.foreguard.samples.incident;

import io.foreguard.samples.incident.raw.Json;
import io.foreguard.samples.incident.raw.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Orders and questions to the points engine. Thread-safe. */
final class EngineAdmin {

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Http http;
  private final URI base;

  EngineAdmin(Http http, URI base) {
    this.http = http;
    this.base = base;
  }

  URI base() {
    return base;
  }

  URI statusUri() {
    return base.resolve("/admin/status");
  }

  void reset(long seed) throws IOException, InterruptedException {
    http.body("POST", base.resolve("/admin/reset?seed=" + seed));
  }

  void fault(String query) throws IOException, InterruptedException {
    http.body("POST", base.resolve("/admin/fault?" + query));
  }

  /** Returns whether no request is in the engine. */
  boolean idle() throws IOException, InterruptedException {
    JsonObject status = Json.object(http.body("GET", statusUri()));
    return !(status.number("inFlight") + status.number("queueLength") + status.number("hanging")
        > 0);
  }

  String log() throws IOException, InterruptedException {
    return http.body("GET", base.resolve("/admin/log"));
  }

  /** Asks what would have become of a call; null when the engine does not say. */
  CompletableFuture<@Nullable Boolean> wouldSucceed(Traffic.Call call, double deadlineMs) {
    String query = "?deadlineMs=" + Math.round(deadlineMs) + "&customerId=" + call.customer();
    return http.get(base.resolve("/admin/oracle/" + call.id() + query), PATIENCE)
        .handle(
            (response, failure) ->
                (response == null || response.statusCode() != 200)
                    ? null
                    : Json.object(response.body()).flag("wouldSucceed"));
  }
}
