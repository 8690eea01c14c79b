package io.foreguard.samples.loyalty;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/** A PostgreSQL server of its own in a temporary folder, from the binaries of the machine. */
final class PostgresqlServer {
  private static final Path INSTALLATIONS = Path.of("/usr/lib/postgresql");

  private final Path binaries;
  private final Path folder;
  private final int port;

  private PostgresqlServer(Path binaries, Path folder, int port) {
    this.binaries = binaries;
    this.folder = folder;
    this.port = port;
  }

  /** Where {@code initdb} is, if it is installed. */
  static Optional<Path> installed() throws IOException {
    if (!Files.isDirectory(INSTALLATIONS)) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> versions = Files.newDirectoryStream(INSTALLATIONS)) {
      for (Path version : versions) {
        if (Files.isExecutable(version.resolve("bin/initdb"))) {
          return Optional.of(version.resolve("bin"));
        }
      }
    }
    return Optional.empty();
  }

  static PostgresqlServer start(Path binaries) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("foreguard-postgresql");
    PostgresqlServer server = new PostgresqlServer(binaries, folder, freePort());
    if (isRoot()) { // the server refuses to run as root
      server.execute(List.of("chown", "postgres", folder.toString()));
    }
    String data = folder.resolve("data").toString();
    server.run("initdb", "-D", data, "-U", "loyalty", "-A", "trust", "--no-sync");
    String options = "-F -h 127.0.0.1 -p " + server.port + " -k " + folder;
    String log = folder.resolve("log").toString();
    server.run("pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start");
    server.run(
        "createdb",
        "-h",
        "127.0.0.1",
        "-p",
        Integer.toString(server.port),
        "-U",
        "loyalty",
        "loyalty");
    return server;
  }

  int port() {
    return port;
  }

  void stop() throws IOException, InterruptedException {
    run("pg_ctl", "-D", folder.resolve("data").toString(), "-m", "immediate", "stop");
    FileSystemUtils.deleteRecursively(folder);
  }

  private void run(String program, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(List.of("runuser", "-u", "postgres", "--"));
    }
    command.add(binaries.resolve(program).toString());
    command.addAll(Stream.of(arguments).toList());
    execute(command);
  }

  private void execute(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("foreguard-postgresql", ".out");
    Process process =
        new ProcessBuilder(command)
            .directory(Path.of("/").toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(command + " failed: " + Files.readString(output));
    }
    Files.delete(output);
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
