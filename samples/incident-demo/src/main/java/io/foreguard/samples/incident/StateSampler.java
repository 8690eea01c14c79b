package io.foreguard.samples.incident;

import io.foreguard.samples.incident.raw.Json;
import io.foreguard.samples.incident.raw.JsonObject;
import io.foreguard.samples.incident.raw.StateRow;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Asks the processes how they are and keeps what they say. Thread-safe. */
final class StateSampler {

  static final String ROUTING = "call-routing";
  static final String LOYALTY = "loyalty-lookup";
  static final String ENGINE = "points-engine";
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Http http;
  private final Moment start;
  private final Map<String, URI> targets;
  private final List<StateRow> rows = new ArrayList<>();
  private final Map<String, StateRow> latest = new ConcurrentHashMap<>();

  StateSampler(Http http, Moment start, Stage.Services services, EngineAdmin engine) {
    this.http = http;
    this.start = start;
    targets =
        Map.of(
            ROUTING, services.routing().resolve("/sample/state"),
            LOYALTY, services.loyalty().resolve("/sample/state"),
            ENGINE, engine.statusUri());
  }

  /** Asks all of them without waiting for the answers. */
  void sample() {
    targets.forEach(
        (service, uri) -> {
          double atMs = start.msSince();
          var unused =
              http.get(uri, PATIENCE)
                  .handle((response, failure) -> keep(row(atMs, service, response)));
        });
  }

  /** Returns what was answered so far. */
  List<StateRow> rows() {
    synchronized (rows) {
      return List.copyOf(rows);
    }
  }

  /** Returns the state and share of a service in a few characters. */
  String brief(String service) {
    StateRow row = latest.get(service);
    if (row == null || row.state().isEmpty()) {
      return "-";
    }
    return row.state()
        + (Double.isNaN(row.share()) ? "" : String.format(" %.0f%%", 100 * row.share()));
  }

  /** Returns whether both guards said last that they admit every call. */
  boolean calm() {
    return calm(latest.get(ROUTING)) && calm(latest.get(LOYALTY));
  }

  private static boolean calm(@Nullable StateRow row) {
    return row != null && (row.state().equals("CLOSED") || row.state().equals("NONE"));
  }

  private StateRow keep(StateRow row) {
    latest.put(row.service(), row);
    synchronized (rows) {
      rows.add(row);
    }
    return row;
  }

  private static StateRow row(
      double atMs, String service, @Nullable HttpResponse<String> response) {
    JsonObject json = json(response);
    boolean reached = response != null && response.statusCode() == 200;
    String state = json.text(service.equals(ENGINE) ? "mode" : "state");
    double hanging = json.number("hanging");
    return new StateRow(
        atMs,
        service,
        reached ? Cell.of(state) : "unreachable",
        json.number("share"),
        json.number("probability"),
        json.number("lower"),
        json.number("upper"),
        json.number("threshold"),
        json.number("admitted"),
        json.number("rejected"),
        json.number("probes"),
        json.number("inFlight") + (Double.isNaN(hanging) ? 0 : hanging),
        json.number("queueLength"));
  }

  private static JsonObject json(@Nullable HttpResponse<String> response) {
    try {
      return Json.object(response == null ? "{}" : response.body());
    } catch (IllegalArgumentException e) { // a process that answers nonsense has no state to plot
      return Json.object("{}");
    }
  }
}
