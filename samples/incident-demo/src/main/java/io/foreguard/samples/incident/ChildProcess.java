package io.foreguard.samples.incident;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A process with a log file and an HTTP address. Thread-safe. */
final class ChildProcess {

  private static final int TAIL_LINES = 25;
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(3);

  private final String name;
  private final URI base;
  private final Path log;
  private final Process process;

  private ChildProcess(String name, URI base, Path log, Process process) {
    this.name = name;
    this.base = base;
    this.log = log;
    this.process = process;
  }

  /** Starts a command whose output goes to a log file. */
  static ChildProcess start(String name, int port, Path log, List<String> command)
      throws IOException {
    Files.createDirectories(log.toAbsolutePath().getParent());
    File file = log.toFile();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(file).start();
    process.getOutputStream().close();
    return new ChildProcess(name, URI.create("http://127.0.0.1:" + port), log, process);
  }

  /** Returns a port of the loopback interface that nobody listens on. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  URI base() {
    return base;
  }

  /**
   * Waits until the process answers with status 200.
   *
   * @throws IOException if it ends or stays silent, with the tail of its log
   */
  void awaitReady(Http http, String path) throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (System.nanoTime() - start < START_LIMIT.toNanos()) {
      if (!process.isAlive()) {
        throw new IOException(name + " ended with exit code " + process.exitValue() + tail());
      }
      int status =
          http.get(base.resolve(path), Duration.ofSeconds(2))
              .thenApply(HttpResponse::statusCode)
              .exceptionally(notYet -> 0)
              .join();
      if (status == 200) {
        return;
      }
      LockSupport.parkNanos(50_000_000);
      if (Thread.interrupted()) {
        throw new InterruptedException("while " + name + " started");
      }
    }
    throw new IOException(
        name
            + " did not answer "
            + base.resolve(path)
            + " within "
            + START_LIMIT.toSeconds()
            + " s"
            + tail());
  }

  /** Asks the process to end, and ends it by force when it does not. */
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  /** Ends the process without waiting. */
  void kill() {
    process.destroyForcibly();
  }

  private String tail() {
    try {
      List<String> lines = Files.readAllLines(log);
      List<String> last = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
      return "; the end of " + log + ":\n  " + String.join("\n  ", last);
    } catch (IOException | UncheckedIOException e) {
      return "; its log " + log + " cannot be read: " + e.getMessage();
    }
  }
}
