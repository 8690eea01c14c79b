package io.foreguard.samples.pointsengine;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/** The engine's HTTP side: data under {@code /points}, orders and reports under {@code /admin}. */
final class PointsServer implements AutoCloseable {
  static {
    // Headers and body leave in two writes: with Nagle's algorithm the second one waits 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.:-]{1,100}");
  private static final int FRONT_THREADS = 8;

  private final HttpServer http;
  private final ExecutorService front;
  private final Engine engine;
  private final AtomicLong unnamedRequests = new AtomicLong();

  private PointsServer(HttpServer http, ExecutorService front, Engine engine) {
    this.http = http;
    this.front = front;
    this.engine = engine;
  }

  /** Starts listening; port 0 takes a free one. */
  static PointsServer start(Settings settings, Time time) throws IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(settings.host(), settings.port()), 512);
    ExecutorService front =
        Executors.newFixedThreadPool(FRONT_THREADS, DaemonThreads.named("points-http"));
    Engine engine = new Engine(settings.workers(), settings.queue(), settings.seed(), time, front);
    PointsServer server = new PointsServer(http, front, engine);
    http.setExecutor(front);
    http.createContext("/", exchange -> server.guarded(exchange, server::notFound));
    http.createContext("/points/", exchange -> server.guarded(exchange, server::points));
    http.createContext("/admin/fault", exchange -> server.guarded(exchange, server::fault));
    http.createContext("/admin/reset", exchange -> server.guarded(exchange, server::reset));
    http.createContext("/admin/status", exchange -> server.guarded(exchange, server::status));
    http.createContext("/admin/oracle/", exchange -> server.guarded(exchange, server::oracle));
    http.createContext("/admin/log", exchange -> server.guarded(exchange, server::log));
    http.start();
    return server;
  }

  int port() {
    return http.getAddress().getPort();
  }

  @Override
  public void close() {
    http.stop(0);
    engine.close();
    front.shutdownNow();
  }

  private void points(HttpExchange exchange) {
    if (!allows(exchange, "GET")) {
      return;
    }
    String customerId = id("customerId", lastSegment(exchange));
    String requestId = exchange.getRequestHeaders().getFirst("X-Request-Id");
    if (requestId == null) {
      requestId = "unnamed-" + unnamedRequests.incrementAndGet();
    }
    engine.submit(
        id("X-Request-Id", requestId),
        customerId,
        (status, json) -> send(exchange, status, mediaType(status), json));
  }

  private void fault(HttpExchange exchange) {
    if (allows(exchange, "POST")) {
      engine.inject(Fault.parse(query(exchange)));
      sendStatus(exchange);
    }
  }

  private void reset(HttpExchange exchange) {
    if (allows(exchange, "POST")) {
      Map<String, String> query = query(exchange);
      engine.reset(
          Numbers.whole(query, "seed", Settings.DEFAULT_SEED, Long.MIN_VALUE, Long.MAX_VALUE));
      sendStatus(exchange);
    }
  }

  private void status(HttpExchange exchange) {
    if (allows(exchange, "GET")) {
      sendStatus(exchange);
    }
  }

  private void oracle(HttpExchange exchange) {
    if (!allows(exchange, "GET")) {
      return;
    }
    Map<String, String> query = query(exchange);
    long deadlineMs = Numbers.whole(query, "deadlineMs", 1000, 1, 3_600_000);
    Engine.Forecast forecast =
        engine.forecast(
            id("requestId", lastSegment(exchange)), query.get("customerId"), deadlineMs);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("wouldSucceed", forecast.wouldSucceed());
    body.put("latencyMs", forecast.latencyMs());
    send(exchange, 200, mediaType(200), Json.write(body));
  }

  private void log(HttpExchange exchange) {
    if (!allows(exchange, "GET")) {
      return;
    }
    StringBuilder lines = new StringBuilder();
    engine.log().entries().forEach(entry -> lines.append(entry.toJson()).append('\n'));
    send(exchange, 200, "application/x-ndjson", lines.toString());
  }

  private void notFound(HttpExchange exchange) {
    sendProblem(exchange, 404, "No resource at " + exchange.getRequestURI().getPath());
  }

  private void guarded(HttpExchange exchange, Endpoint endpoint) {
    try {
      endpoint.handle(exchange);
    } catch (BadRequestException e) {
      sendProblem(exchange, 400, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      sendProblem(exchange, 500, String.valueOf(e));
    }
  }

  private boolean allows(HttpExchange exchange, String method) {
    if (exchange.getRequestMethod().equals(method)) {
      return true;
    }
    exchange.getResponseHeaders().set("Allow", method);
    sendProblem(exchange, 405, "The method must be " + method);
    return false;
  }

  private void sendStatus(HttpExchange exchange) {
    send(exchange, 200, mediaType(200), Json.write(engine.status()));
  }

  private static void sendProblem(HttpExchange exchange, int status, String detail) {
    send(exchange, status, mediaType(status), Problems.json(status, detail));
  }

  /**
   * Sends an answer and returns whether the client was still there. Headers and body are written
   * apart: the first write to a connection that the client has closed succeeds, the second fails.
   */
  private static boolean send(HttpExchange exchange, int status, String mediaType, String text) {
    byte[] body = text.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", mediaType);
    try (exchange) {
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      if (body.length > 0) {
        try (OutputStream out = exchange.getResponseBody()) {
          out.flush(); // later JDKs would send headers and body in one write
          out.write(body);
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static String mediaType(int status) {
    return status < 400 ? "application/json" : "application/problem+json";
  }

  private static String lastSegment(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    return path.substring(exchange.getHttpContext().getPath().length());
  }

  private static String id(String name, String value) {
    if (!ID.matcher(value).matches()) {
      throw new BadRequestException(name, "1 to 100 letters, digits or . _ : -", '"' + value + '"');
    }
    return value;
  }

  private static Map<String, String> query(HttpExchange exchange) {
    Map<String, String> parameters = new HashMap<>();
    String query = exchange.getRequestURI().getRawQuery();
    if (query != null && !query.isEmpty()) {
      for (String pair : query.split("&", -1)) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        parameters.put(URLDecoder.decode(name, UTF_8), URLDecoder.decode(value, UTF_8));
      }
    }
    return parameters;
  }

  @FunctionalInterface
  private interface Endpoint {
    void handle(HttpExchange exchange);
  }
}
