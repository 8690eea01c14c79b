package io.foreguard.predictive.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.predictive.fuzz.FuzzTargets.Target;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Inputs that fuzzing starts from or once found, and some damage done to each. */
class FuzzCorpusTest {
  private static final long SEED = 20261126;
  private static final int DAMAGED = 200;

  static Stream<String> targets() {
    return FuzzTargets.all().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void refusesOrReadsWhateverComes(String name) throws Exception {
    Target target = FuzzTargets.all().get(name);
    List<Path> seeds = seeds(name);

    assertThat(seeds).isNotEmpty();
    Random random = new Random(SEED);
    for (Path seed : seeds) {
      byte[] bytes = Files.readAllBytes(seed);
      target.read(bytes);
      for (int i = 0; i < DAMAGED; i++) {
        byte[] damaged = damaged(bytes, random);
        try {
          target.read(damaged);
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
          throw new AssertionError(name + ": damage " + i + " of " + seed + ", seed " + SEED, e);
        }
      }
    }
  }

  private static List<Path> seeds(String name) throws Exception {
    URI folder = FuzzCorpusTest.class.getResource(name).toURI();
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      return files.sorted().toList();
    }
  }

  private static byte[] damaged(byte[] bytes, Random random) {
    int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
    byte[] damaged = Arrays.copyOf(bytes, length);
    for (int changes = random.nextInt(4); changes >= 0 && length > 0; changes--) {
      damaged[random.nextInt(length)] = (byte) random.nextInt(256);
    }
    return damaged;
  }
}
