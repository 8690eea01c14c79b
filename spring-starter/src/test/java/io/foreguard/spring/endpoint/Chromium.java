package io.foreguard.spring.endpoint;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.json.JsonWriter;
import org.springframework.util.FileSystemUtils;

/**
 * One page of a headless Chromium, driven by the <a
 * href="https://chromedevtools.github.io/devtools-protocol/">DevTools protocol</a>.
 */
final class Chromium implements AutoCloseable {
  private static final long SECONDS = 30;

  private final Process process;
  private final Path profile;
  private final WebSocket socket;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<Map<String, Object>>> answers =
      new ConcurrentHashMap<>();
  private final List<Map<String, Object>> events = new CopyOnWriteArrayList<>();

  private Chromium(Path program) throws Exception {
    profile = Files.createTempDirectory("chromium");
    ProcessBuilder builder =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true);
    builder.environment().put("TMPDIR", profile.toString()); // what it leaves goes with the profile
    process = builder.start();
    URI browser = debuggerAddress();
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest targets =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + browser.getPort() + "/json/list"))
            .build();
    String pages = http.send(targets, BodyHandlers.ofString()).body();
    String address =
        JsonParserFactory.getJsonParser().parseList(pages).stream()
            .map(Chromium::map)
            .filter(target -> "page".equals(target.get("type")))
            .map(target -> (String) target.get("webSocketDebuggerUrl"))
            .findFirst()
            .orElseThrow();
    socket =
        http.newWebSocketBuilder()
            .buildAsync(URI.create(address), new Listener())
            .get(SECONDS, TimeUnit.SECONDS);
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      command(domain + ".enable", Map.of());
    }
  }

  /** Where Debian or Google puts the program. */
  static Optional<Path> program() {
    return Stream.of("/usr/bin/chromium", "/usr/bin/google-chrome")
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst();
  }

  static Chromium start(Path program) throws Exception {
    return new Chromium(program);
  }

  private URI debuggerAddress() throws IOException {
    String said = "DevTools listening on ";
    var output = process.inputReader(StandardCharsets.UTF_8);
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(said)) {
        Thread rest = new Thread(() -> output.lines().forEach(ignored -> {}));
        rest.setDaemon(true);
        rest.start();
        return URI.create(line.substring(said.length()));
      }
    }
    throw new IOException("Chromium ended before it listened");
  }

  Map<String, Object> command(String method, Map<String, Object> parameters) throws Exception {
    int id = ids.incrementAndGet();
    CompletableFuture<Map<String, Object>> answer = new CompletableFuture<>();
    answers.put(id, answer);
    String json =
        JsonWriter.<Map<String, Object>>standard()
            .writeToString(Map.of("id", id, "method", method, "params", parameters));
    socket.sendText(json, true).get(SECONDS, TimeUnit.SECONDS);
    Map<String, Object> message = answer.get(SECONDS, TimeUnit.SECONDS);
    if (message.containsKey("error")) {
      throw new IllegalStateException(method + ": " + message.get("error"));
    }
    return map(message.get("result"));
  }

  void open(String url) throws Exception {
    command("Page.navigate", Map.of("url", url));
  }

  /** Sets the size of the window in pixels, and whether the user prefers dark colours. */
  void look(int width, int height, boolean dark) throws Exception {
    command(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    command(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
  }

  /** The value of an expression of JavaScript on the page, awaited if it is a promise. */
  Object evaluate(String expression) throws Exception {
    Map<String, Object> result =
        command(
            "Runtime.evaluate",
            Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
    if (result.containsKey("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + result.get("exceptionDetails"));
    }
    return map(result.get("result")).getOrDefault("value", "");
  }

  /** Waits until {@code condition} holds on the page. */
  void await(String condition) throws Exception {
    Object held =
        evaluate(
            "new Promise(done => { const end = Date.now() + 15000; (function look() {"
                + " let holds = false; try { holds = Boolean("
                + condition
                + "); } catch (notYet) {}"
                + " if (holds || Date.now() > end) done(holds); else setTimeout(look, 20); })(); })");
    if (!Boolean.TRUE.equals(held)) {
      throw new AssertionError("never on the page: " + condition);
    }
  }

  /** Presses and releases a key, by its name in the DOM. */
  void press(String key) throws Exception {
    Map<String, Integer> codes =
        Map.of("Enter", 13, "Escape", 27, "ArrowDown", 40, "ArrowUp", 38, "Tab", 9);
    List<String> kinds = List.of("keyDown", "keyUp");
    for (String kind : kinds) {
      Map<String, Object> parameters = new HashMap<>();
      parameters.put("type", kind);
      parameters.put("key", key);
      if (codes.containsKey(key)) {
        parameters.put("code", key);
        parameters.put("windowsVirtualKeyCode", codes.get(key));
      }
      boolean isText = key.length() == 1;
      if ((isText || "Enter".equals(key)) && "keyDown".equals(kind)) {
        parameters.put("text", isText ? key : "\r");
      }
      command("Input.dispatchKeyEvent", parameters);
    }
  }

  void type(String text) throws Exception {
    for (int i = 0; i < text.length(); i++) {
      press(text.substring(i, i + 1));
    }
  }

  byte[] screenshot() throws Exception {
    return Base64.getDecoder()
        .decode((String) command("Page.captureScreenshot", Map.of("format", "png")).get("data"));
  }

  /** Addresses of all requests so far. */
  List<String> requests() {
    return events.stream()
        .filter(event -> "Network.requestWillBeSent".equals(event.get("method")))
        .map(event -> (String) map(map(event.get("params")).get("request")).get("url"))
        .toList();
  }

  /** What was complained about so far: errors on the console, exceptions, failures to load. */
  List<Map<String, Object>> complaints() {
    List<Map<String, Object>> complaints = new ArrayList<>();
    for (Map<String, Object> event : events) {
      String method = (String) event.get("method");
      Map<String, Object> parameters = map(event.get("params"));
      boolean console =
          "Runtime.consoleAPICalled".equals(method)
              && List.of("error", "warning", "assert").contains(parameters.get("type"));
      boolean log =
          "Log.entryAdded".equals(method)
              && !"verbose".equals(map(parameters.get("entry")).get("level"));
      if (console || log || "Runtime.exceptionThrown".equals(method)) {
        complaints.add(event);
      }
    }
    return complaints;
  }

  @Override
  public void close() throws IOException {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().onExit().orTimeout(SECONDS, TimeUnit.SECONDS).join();
    FileSystemUtils.deleteRecursively(profile);
  }

  @SuppressWarnings("unchecked") // the structure of the JSON
  private static Map<String, Object> map(Object json) {
    return (Map<String, Object>) json;
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        receive(JsonParserFactory.getJsonParser().parseMap(text.toString()));
        text.setLength(0);
      }
      webSocket.request(1);
      return null;
    }

    private void receive(Map<String, Object> message) {
      if (message.get("id") instanceof Number id) {
        answers.remove(id.intValue()).complete(message);
      } else {
        String method = (String) message.get("method");
        if (!method.startsWith("Network.") || method.equals("Network.requestWillBeSent")) {
          events.add(message);
        }
      }
    }
  }
}
