package io.foreguard.benchmarks.lab.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurrentConfigurationTest {
  private static final String WHOLE =
      """
      foreguard.defaults.policy=classic
      foreguard.defaults.timeout=800ms
      foreguard.guards.points.timeout=PT2S
      foreguard.guards.points.slow-call-duration=1s
      foreguard.guards.points.classic.sliding-window-type=time-based
      foreguard.guards.points.classic.sliding-window-size=60
      foreguard.guards.points.classic.minimum-calls=20
      foreguard.guards.points.classic.failure-rate-threshold=0.25
      foreguard.guards.points.classic.open-duration=30s
      foreguard.guards.points.classic.half-open-calls=5
      foreguard.guards.points.predictive.hold-cost=1e0
      """;

  /** What a damaged file gets instead of a character, besides any byte. */
  private static final String[] PIECES = {
    "", "-", "9999999999999999999", "NaN", "1e999", "\\u00", "\\uZZZZ", "=", "\n", "0", "d", "PT"
  };

  @TempDir Path folder;

  @Test
  void damagedFilesAreReadOrRefusedAndNothingElse() throws Exception {
    Path file = folder.resolve("application.properties");
    int read = 0;
    int refused = 0;
    for (int seed = 0; seed < 3_000; seed++) {
      Files.writeString(file, damaged(new SplittableRandom(seed)));
      try {
        assertThat(CurrentConfiguration.read(file, "points").configuration())
            .as("seed %d", seed)
            .isNotNull();
        read++;
      } catch (IOException | IllegalArgumentException e) {
        assertThat(e.getMessage()).as("seed %d", seed).isNotBlank();
        refused++;
      }
    }
    assertThat(read).isGreaterThan(100);
    assertThat(refused).isGreaterThan(100);
  }

  @Test
  void bytesThatAreNoTextAreRefused() throws Exception {
    Path file = Files.write(folder.resolve("x"), new byte[] {'a', '=', (byte) 0xC3, (byte) 0x28});

    assertThatThrownBy(() -> CurrentConfiguration.read(file, "points"))
        .isInstanceOf(IOException.class);
  }

  private static String damaged(SplittableRandom random) {
    StringBuilder text = new StringBuilder(WHOLE);
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      int from = random.nextInt(text.length());
      int to = Math.min(text.length(), from + random.nextInt(4));
      String piece =
          random.nextBoolean()
              ? PIECES[random.nextInt(PIECES.length)]
              : Character.toString(random.nextInt(1, 0x300));
      text.replace(from, to, piece);
    }
    return text.toString();
  }
}
