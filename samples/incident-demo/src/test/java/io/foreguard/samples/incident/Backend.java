package io.foreguard.samples.incident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the tests with real backends share. */
final class Backend {

  static final Path HOME = Path.of(System.getProperty("foreguard.home"));
  static final Path OPS = HOME.resolve(Path.of("samples", "ops"));

  /** Where each module's jar is. */
  static final String BUILD = System.getProperty("foreguard.build");

  static final JsonMapper JSON = new JsonMapper();

  private static final long PAUSE_NANOS = 200_000_000;

  private Backend() {}

  /** A program of the machine, if it is installed. */
  static Optional<Path> program(String name) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static JsonNode get(Http http, URI uri) throws IOException, InterruptedException {
    return JSON.readTree(http.body("GET", uri));
  }

  static String encoded(String parameter) {
    return URLEncoder.encode(parameter, StandardCharsets.UTF_8);
  }

  /** The first result that is as wanted; fails with the last one when none is within the limit. */
  static <T> T eventually(Duration limit, Callable<T> result, Predicate<? super T> wanted)
      throws Exception {
    long start = System.nanoTime();
    while (true) {
      T last = result.call();
      if (wanted.test(last)) {
        return last;
      }
      if (System.nanoTime() - start > limit.toNanos()) {
        return fail("Not within %s; last: %s", limit, last);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
      assertThat(Thread.interrupted()).as("interrupted").isFalse();
    }
  }
}
