package io.foreguard.spring.endpoint;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * Shows guards: all with their decisions, one with its reasons and counts, its events, its
 * explanation, its model and what other rules would have done. An operator who may write sets a
 * mode or resets a circuit. Thread-safe.
 */
@Endpoint(id = ForeguardEndpoint.ID, defaultAccess = Access.READ_ONLY)
final class ForeguardEndpoint {
  static final String ID = "foreguard";

  private final GuardViews views;
  private final EventLog events;

  ForeguardEndpoint(GuardViews views, EventLog events) {
    this.views = views;
    this.events = events;
  }

  @ReadOperation
  Map<String, Object> guards() {
    return Map.of("guards", views.summaries());
  }

  @ReadOperation
  @Nullable Map<String, Object> guard(@Selector String name) {
    return views.full(name).orElse(null);
  }

  @ReadOperation
  WebEndpointResponse<Map<String, Object>> aspect(
      @Selector String name, @Selector String aspect, @Nullable String limit) {
    return switch (aspect) {
      case "events" -> events(name, limit);
      case "explain" -> found(name, views.explanation(name));
      case "model" -> found(name, views.model(name));
      case "shadow" -> found(name, views.shadow(name));
      default ->
          error(
              WebEndpointResponse.STATUS_NOT_FOUND,
              "There is no '" + aspect + "'. Ask for events, explain, model or shadow.");
    };
  }

  @WriteOperation
  WebEndpointResponse<Map<String, Object>> control(
      @Selector String name, @Nullable String mode, @Nullable String reset) {
    return views
        .circuitBreaker(name)
        .map(
            breaker ->
                ManualControl.apply(breaker, mode, reset)
                    .map(wrong -> error(WebEndpointResponse.STATUS_BAD_REQUEST, wrong))
                    .orElseGet(() -> found(name, views.full(name))))
        .orElseGet(() -> found(name, Optional.empty()));
  }

  private WebEndpointResponse<Map<String, Object>> events(String name, @Nullable String limit) {
    int most = Integer.MAX_VALUE;
    if (limit != null) {
      if (!limit.matches("[1-9][0-9]{0,8}")) {
        return error(
            WebEndpointResponse.STATUS_BAD_REQUEST,
            "limit must be a number from 1 to 999999999, but was '" + limit + "'.");
      }
      most = Integer.parseInt(limit);
    }
    int last = most;
    return found(
        name,
        views
            .circuitBreaker(name)
            .map(
                breaker -> {
                  List<Map<String, Object>> newestFirst =
                      events.of(breaker).stream().limit(last).map(EventView::of).toList();
                  return Map.of("events", newestFirst);
                }));
  }

  private static WebEndpointResponse<Map<String, Object>> found(
      String name, Optional<Map<String, Object>> view) {
    return view.map(body -> new WebEndpointResponse<>(body))
        .orElseGet(
            () ->
                error(
                    WebEndpointResponse.STATUS_NOT_FOUND,
                    "There is no guard and no circuit breaker '" + name + "'."));
  }

  private static WebEndpointResponse<Map<String, Object>> error(int status, String message) {
    return new WebEndpointResponse<>(Map.of("error", message), status);
  }
}
