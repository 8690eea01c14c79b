package io.foreguard.samples.incident;

import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The real stage: one JVM per service on a free port, logs below the folder for the results.
 * Thread-safe.
 */
final class JvmStage implements Stage {

  private final Path home;
  private final String build;
  private final Path logs;
  private final Http http;
  private final List<String> settings;
  private final List<ChildProcess> services = new ArrayList<>();
  private @Nullable ChildProcess engine;
  private boolean closed;

  /**
   * Creates a stage on which nothing has started.
   *
   * @param home folder of the checkout
   * @param build where in each module's folder its jar is
   * @param settings further arguments of both services
   */
  JvmStage(Path home, String build, Path logs, Http http, List<String> settings) {
    this.home = home;
    this.build = build;
    this.logs = logs;
    this.http = http;
    this.settings = List.copyOf(settings);
  }

  @Override
  public URI startEngine() throws IOException, InterruptedException {
    int port = ChildProcess.freePort();
    ChildProcess started = launch("points-engine", "points-engine", port, "--port=" + port);
    started.awaitReady(http, "/admin/status");
    return started.base();
  }

  @Override
  public Services startServices(String lane) throws IOException, InterruptedException {
    ChildProcess points = engine();
    String protection = "--sample.protection=" + lane;
    ChildProcess loyalty =
        launchService(lane, "loyalty-lookup", protection, "--sample.points-url=" + points.base());
    ChildProcess routing =
        launchService(lane, "call-routing", protection, "--sample.loyalty-url=" + loyalty.base());
    loyalty.awaitReady(http, "/actuator/health");
    routing.awaitReady(http, "/actuator/health");
    return new Services(loyalty.base(), routing.base());
  }

  @Override
  public void stopServices() throws InterruptedException {
    List<ChildProcess> stopping;
    synchronized (this) {
      stopping = List.copyOf(services);
      services.clear();
    }
    for (ChildProcess service : stopping) {
      service.stop();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    services.forEach(ChildProcess::kill);
    services.clear();
    if (engine != null) {
      engine.kill();
    }
  }

  private ChildProcess launchService(
      String lane, String module, String protection, String dependency) throws IOException {
    int port = ChildProcess.freePort();
    List<String> arguments =
        new ArrayList<>(
            List.of("--server.address=127.0.0.1", "--server.port=" + port, protection, dependency));
    arguments.addAll(settings);
    return launch(module, lane + "-" + module, port, arguments.toArray(String[]::new));
  }

  private synchronized ChildProcess launch(String module, String log, int port, String... arguments)
      throws IOException {
    if (closed) {
      throw new IOException("the demo is ending");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
    command.addAll(List.of("-jar", jar(module).toString()));
    command.addAll(List.of(arguments));
    ChildProcess child = ChildProcess.start(module, port, logs.resolve(log + ".log"), command);
    if (module.equals("points-engine")) {
      engine = child;
    } else {
      services.add(child);
    }
    return child;
  }

  private synchronized ChildProcess engine() throws IOException {
    if (engine == null) {
      throw new IOException("the points engine must be started first");
    }
    return engine;
  }

  private Path jar(String module) throws IOException {
    Path target = home.resolve(Path.of("samples", module, build));
    if (Files.isDirectory(target)) {
      try (DirectoryStream<Path> jars =
          Files.newDirectoryStream(target, "foreguard-sample-" + module + "-*.jar")) {
        for (Path jar : jars) {
          if (!jar.toString().matches(".*-(sources|javadoc|tests)\\.jar")) {
            return jar;
          }
        }
      }
    }
    throw new IOException(
        module + " is not built: no jar in " + target + "; run samples/demo, which builds it");
  }
}
