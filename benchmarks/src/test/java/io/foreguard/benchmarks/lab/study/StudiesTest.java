package io.foreguard.benchmarks.lab.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudiesTest {
  @Test
  void cusumOfACertainFailureCountsThem() {
    Cusum cusum = new Cusum(.02, 1, 100_000);

    double p = .02;
    double threeInARow = (1 - p * p * p) / ((1 - p) * p * p * p);
    assertThat(cusum.callsBetweenFalseAlarms()).isCloseTo(threeInARow, within(1.));
    assertThat(cusum.callsToDetect()).isCloseTo(3, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({".001, .5, 4.0, .1", ".01, .2, 21.4, .5", ".05, .1, 312, 6"})
  void cusumAgreesWithSimulatedBounds(double p0, double p1, double calls, double tolerance) {
    Cusum cusum = new Cusum(p0, p1, 100_000);

    assertThat(cusum.callsBetweenFalseAlarms()).isGreaterThanOrEqualTo(100_000);
    assertThat(cusum.callsToDetect()).isCloseTo(calls, within(tolerance));
  }

  @ParameterizedTest
  @CsvSource({"2", "20", "600", "36000"})
  void noOtherIntervalIsCheaper(double calls) {
    double best = Probing.cost(calls, Probing.bestInterval(calls));

    for (long oneIn = 1; oneIn < 2_000; oneIn++) {
      assertThat(best).isLessThanOrEqualTo(Probing.cost(calls, oneIn));
    }
  }

  @Test
  void detectionHasALineForEachChange() {
    assertThat(new Detection(4, 8_000).table())
        .hasSize(5)
        .allSatisfy(l -> assertThat(l).hasSize(9));
  }
}
