package io.foreguard.samples.incident;

import io.foreguard.samples.incident.raw.CallRow;
import io.foreguard.samples.incident.raw.Json;
import io.foreguard.samples.incident.raw.JsonObject;
import io.foreguard.samples.incident.raw.Role;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Makes inbound calls to call-routing and notes what comes of them. Thread-safe. */
final class Caller {

  private final Http http;
  private final URI calls;
  private final EngineAdmin engine;
  private final Duration giveUp;
  private final double oracleDeadlineMs;

  Caller(Http http, URI routing, EngineAdmin engine, double giveUpMs, double oracleDeadlineMs) {
    this.http = http;
    this.calls = routing.resolve("/calls");
    this.engine = engine;
    this.giveUp = Duration.ofNanos(Math.round(giveUpMs * 1e6));
    this.oracleDeadlineMs = oracleDeadlineMs;
  }

  /**
   * Makes one call without waiting for its end. The latency counts from the moment the call was
   * due: a call that could not be sent in time is late for its caller as well.
   */
  CompletableFuture<CallRow> call(Traffic.Call call, Moment start, Role phase) {
    double dueMs = call.dueNanos() / 1e6;
    double sentMs = start.msSince();
    return http.send(request(call))
        .handle(
            (response, failure) ->
                row(call, dueMs, sentMs, start.msSince() - dueMs, response, phase))
        .thenCompose(row -> judged(row, call));
  }

  private CompletableFuture<CallRow> judged(CallRow row, Traffic.Call call) {
    if (!row.rejected()) {
      return CompletableFuture.completedFuture(row);
    }
    return engine.wouldSucceed(call, oracleDeadlineMs).thenApply(would -> with(row, would));
  }

  private HttpRequest request(Traffic.Call call) {
    String body =
        "{\"callId\":"
            + Json.quote(call.id())
            + ",\"customerId\":"
            + Json.quote(call.customer())
            + ",\"reason\":"
            + Json.quote(call.reason())
            + "}";
    return HttpRequest.newBuilder(calls)
        .header("Content-Type", "application/json")
        .header("X-Request-Id", call.id())
        .timeout(giveUp)
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static CallRow row(
      Traffic.Call call,
      double dueMs,
      double sentMs,
      double latencyMs,
      @Nullable HttpResponse<String> response,
      Role phase) {
    JsonObject answer = answer(response);
    return new CallRow(
        call.id(),
        dueMs,
        sentMs,
        latencyMs,
        response == null ? 0 : response.statusCode(),
        Cell.of(answer.text("source")),
        answer.number("ageSeconds"),
        Cell.of(answer.text("decision")),
        Cell.of(answer.text("pointsDecision")),
        null,
        phase);
  }

  private static JsonObject answer(@Nullable HttpResponse<String> response) {
    if (response == null || response.statusCode() != 200) {
      return Json.object("{}");
    }
    try {
      return Json.object(response.body());
    } catch (IllegalArgumentException e) { // an answer that says nothing: its source stays empty
      return Json.object("{}");
    }
  }

  private static CallRow with(CallRow row, @Nullable Boolean wouldSucceed) {
    return new CallRow(
        row.callId(),
        row.scheduledMs(),
        row.sentMs(),
        row.latencyMs(),
        row.httpStatus(),
        row.source(),
        row.ageSeconds(),
        row.decision(),
        row.pointsDecision(),
        wouldSucceed,
        row.phase());
  }
}
