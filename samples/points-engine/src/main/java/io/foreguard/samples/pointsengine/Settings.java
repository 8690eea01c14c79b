package io.foreguard.samples.pointsengine;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What the process was started with, as {@code --name=value}. */
record Settings(String host, int port, int workers, int queue, long seed) {
  static final long DEFAULT_SEED = 42;

  private static final Set<String> NAMES = Set.of("host", "port", "workers", "queue", "seed");

  /**
   * Reads the arguments of the process.
   *
   * @throws BadRequestException if one is unknown or out of range
   */
  static Settings parse(String... args) {
    Map<String, String> given = new HashMap<>();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      String name = arg.startsWith("--") && equals > 2 ? arg.substring(2, equals) : "";
      if (!NAMES.contains(name)) {
        throw new BadRequestException(
            "argument", "--host=, --port=, --workers=, --queue= or --seed=", arg);
      }
      given.put(name, arg.substring(equals + 1));
    }
    return new Settings(
        given.getOrDefault("host", "127.0.0.1"),
        (int) Numbers.whole(given, "port", 8083, 0, 65_535),
        (int) Numbers.whole(given, "workers", 16, 1, 1000),
        (int) Numbers.whole(given, "queue", 64, 1, 100_000),
        Numbers.whole(given, "seed", DEFAULT_SEED, Long.MIN_VALUE, Long.MAX_VALUE));
  }
}
