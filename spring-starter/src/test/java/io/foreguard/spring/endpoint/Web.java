package io.foreguard.spring.endpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.json.JsonParserFactory;

/** Asks an application of the tests over HTTP. */
final class Web {
  private final HttpClient http = HttpClient.newHttpClient();
  private final int port;

  Web(int port) {
    this.port = port;
  }

  /** Sends a request and does not wait for the end of its answer. */
  <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> bodies) {
    try {
      return http.send(request.timeout(Duration.ofSeconds(20)).build(), bodies);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  HttpResponse<String> get(String path) {
    return send(to(path), BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path, String accept) {
    return send(to(path).header("Accept", accept), BodyHandlers.ofString());
  }

  HttpResponse<String> post(String path, String json) {
    return send(
        to(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json)),
        BodyHandlers.ofString());
  }

  Map<String, Object> json(String path) {
    return JsonParserFactory.getJsonParser().parseMap(get(path).body());
  }

  @SuppressWarnings("unchecked") // the structure of the JSON
  static Map<String, Object> at(Map<String, Object> map, String name) {
    return (Map<String, Object>) map.get(name);
  }
}
