package io.foreguard.samples.snippets;

import io.foreguard.guard.Guard;
import java.net.URI;
import java.net.http.*;
import java.time.Duration;

public class Lookup {
  public static void main(String[] args) throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest request = HttpRequest.newBuilder(URI.create("https://example.org/")).build();
    Guard guard = Guard.builder("loyalty").timeout(Duration.ofMillis(800)).build();
    String body = guard.call(() -> http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    System.out.println(body.length() + " characters; " + guard.circuitBreaker().explain());
  }
}
