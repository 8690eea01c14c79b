package io.foreguard.samples.incident;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.foreguard.samples.incident.raw.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The three services in this process, over real HTTP. Lane {@code none} sends everything to the
 * engine and answers with the default on an error, and with 503 when the engine hangs; lane {@code
 * foreguard} rejects whenever a fault is on.
 */
final class FakeStage implements Stage {

  final Map<String, Integer> answersInLog = new ConcurrentHashMap<>();
  int started;
  int stopped;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final Queue<String> engineLog = new ConcurrentLinkedQueue<>();
  private volatile String mode = "healthy";
  private volatile String lane = "";

  FakeStage() throws IOException {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/admin/reset", exchange -> reset(exchange));
    server.createContext("/admin/fault", exchange -> fault(exchange));
    server.createContext("/admin/status", exchange -> send(exchange, 200, status()));
    server.createContext("/admin/oracle/", exchange -> send(exchange, 200, oracle(exchange)));
    server.createContext("/admin/log", exchange -> send(exchange, 200, String.join("", engineLog)));
    server.createContext("/sample/state", exchange -> send(exchange, 200, state()));
    server.createContext("/calls", exchange -> call(exchange));
    server.start();
  }

  @Override
  public URI startEngine() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public Services startServices(String name) {
    lane = name;
    started++;
    return new Services(startEngine(), startEngine());
  }

  @Override
  public void stopServices() {
    stopped++;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void reset(HttpExchange exchange) throws IOException {
    mode = "healthy";
    engineLog.clear();
    send(exchange, 200, status());
  }

  private void fault(HttpExchange exchange) throws IOException {
    mode = exchange.getRequestURI().getQuery().replaceAll(".*mode=([a-z]+).*", "$1");
    send(exchange, 200, status());
  }

  private void call(HttpExchange exchange) throws IOException {
    String now = mode;
    String id =
        Json.object(new String(exchange.getRequestBody().readAllBytes(), UTF_8)).text("callId");
    boolean faulty = now.equals("fail") || now.equals("hang");
    boolean sent = !faulty || lane.equals("none");
    if (sent) {
      engineLog.add(
          "{\"id\":\"%s\",\"arrivedMs\":%d,\"durationMs\":1.5,\"status\":%d,\"abandoned\":%b}\n"
              .formatted(id, System.currentTimeMillis(), faulty ? 500 : 200, now.equals("hang")));
    }
    if (faulty && lane.equals("none") && now.equals("hang")) {
      count(id, "503");
      send(exchange, 503, "{\"title\":\"no\"}");
      return;
    }
    String source = !faulty ? "fresh" : sent ? "default" : "stale";
    count(id, source);
    String decision = sent ? "sent" : "rejected";
    send(
        exchange,
        200,
        "{\"callId\":\"%s\",\"source\":\"%s\",\"ageSeconds\":0.5,\"decision\":\"%s\",\"pointsDecision\":\"%s\"}"
            .formatted(id, source, decision, decision));
  }

  private void count(String id, String end) {
    if (id.startsWith("c")) {
      answersInLog.merge(lane + " " + end, 1, Integer::sum);
    }
  }

  private String status() {
    return "{\"mode\":\"%s\",\"inFlight\":0,\"queueLength\":0,\"hanging\":0}".formatted(mode);
  }

  /** Says yes to every second call. */
  private static String oracle(HttpExchange exchange) {
    String id = exchange.getRequestURI().getPath().replaceAll(".*/", "");
    return "{\"wouldSucceed\":"
        + (Integer.parseInt(id.substring(1)) % 2 == 0)
        + ",\"latencyMs\":15}";
  }

  private String state() {
    return "{\"protection\":\"%s\",\"state\":\"%s\",\"share\":1.0,\"probability\":null}"
        .formatted(lane, mode.equals("hang") ? "OPEN" : "CLOSED");
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }
}
