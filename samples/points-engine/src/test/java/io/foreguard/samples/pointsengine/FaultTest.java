package io.foreguard.samples.pointsengine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultTest {
  private static final long SEED = 42;

  @Test
  void latencyCreepsUpDuringTheRampAndStaysThere() {
    Fault slow = Fault.parse(Map.of("mode", "slow", "latencyMs", "615", "rampSeconds", "10"));

    assertThat(slow.medianMs(0)).isEqualTo(15);
    assertThat(slow.medianMs(5_000)).isEqualTo(315);
    assertThat(slow.medianMs(10_000)).isEqualTo(615);
    assertThat(slow.medianMs(60_000)).isEqualTo(615);
  }

  @Test
  void aFlapFailsInTheFirstHalfOfEachPeriodOnly() {
    Fault flap = Fault.parse(Map.of("mode", "flap", "periodMs", "1000"));

    assertThat(flap.errorRate(0)).isEqualTo(1);
    assertThat(flap.errorRate(499)).isEqualTo(1);
    assertThat(flap.errorRate(500)).isZero();
    assertThat(flap.errorRate(1_250)).isEqualTo(1);
  }

  @Test
  void failsTheToldShareOfRequestsAndTheSameOnesEachTime() {
    Fault fail = Fault.parse(Map.of("mode", "fail", "errorRate", "0.4"));

    double share = failures(fail, SEED) / 10_000.0;

    assertThat(share).isCloseTo(0.4, within(0.02));
    assertThat(Fate.draw(fail, 0, SEED, "c000123")).isEqualTo(Fate.draw(fail, 9, SEED, "c000123"));
  }

  @Test
  void anotherSeedPicksOtherRequests() {
    Fault fail = Fault.parse(Map.of("mode", "fail", "errorRate", "0.5"));

    long differing =
        IntStream.range(0, 1_000)
            .filter(
                i ->
                    Fate.draw(fail, 0, 1, "c" + i).fails()
                        != Fate.draw(fail, 0, 2, "c" + i).fails())
            .count();

    assertThat(differing).isBetween(400L, 600L);
  }

  @Test
  void serviceTimesHaveTheMedianAndTheSkewOfALogNormal() {
    double[] sorted =
        IntStream.range(0, 10_001)
            .mapToDouble(i -> Fate.draw(Fault.healthy(), 0, SEED, "c" + i).serviceMs())
            .sorted()
            .toArray();

    assertThat(sorted[5_000]).isCloseTo(15, within(0.5));
    assertThat(sorted[8_413]).isCloseTo(15 * Math.exp(0.4), within(1.0)); // one sigma above
    assertThat(sorted[1_587]).isCloseTo(15 * Math.exp(-0.4), within(0.5));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "explode | latencyMs   | 5   | mode must be one of healthy",
        "slow    | latencyMs   | 0   | latencyMs must be in [0.1, 60000], but was 0",
        "slow    | latencyMs   | NaN | latencyMs must be in [0.1, 60000], but was NaN",
        "fail    | errorRate   | 1.1 | errorRate must be in [0, 1], but was 1.1",
        "fail    | errorRate   | x   | errorRate must be a number, but was \"x\"",
        "hang    | latencyMs   | 5   | latencyMs must be absent in mode hang, but was 5",
        "flap    | rampSeconds | 5   | rampSeconds must be absent in mode flap, but was 5",
        "slow    | latency     | 5   | latency must be one of errorRate, latencyMs",
      })
  void refusesWhatBreaksARule(String mode, String name, String value, String message) {
    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> Fault.parse(Map.of("mode", mode, name, value)))
        .withMessageStartingWith(message);
  }

  private static long failures(Fault fault, long seed) {
    return IntStream.range(0, 10_000)
        .filter(i -> Fate.draw(fault, 0, seed, "c" + i).fails())
        .count();
  }
}
