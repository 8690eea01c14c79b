package io.foreguard.predictive.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class ForecasterTest {
  private static final int STEPS = 12;

  private final SplittableRandom random = new SplittableRandom(20_261_126);

  @Test
  void knowsNothingBeforeAFirstForecastHasComeOut() {
    Forecaster forecaster = forecaster(0);
    for (int i = 0; i < STEPS; i++) {
      forecaster.add(5);
      assertThat(forecaster.isReady()).isFalse();
    }
    assertThatIllegalStateException().isThrownBy(forecaster::forecast);

    forecaster.add(5);

    assertThat(forecaster.forecast().value()).isCloseTo(5, within(1e-9));
  }

  @Test
  void followsARampToWhereItWillBe() {
    Forecaster forecaster = forecaster(0);
    for (int i = 0; i < 300; i++) {
      forecaster.add(Math.pow(10 + .05 * i, 2)); // a straight line on the scale of rates
    }

    double there = Math.pow(10 + .05 * (299 + STEPS), 2);
    assertThat(forecaster.forecast().value()).isCloseTo(there, within(.03 * there));
    double naive = Math.pow(10 + .05 * 299, 2);
    assertThat(forecaster.forecast().value()).isGreaterThan(naive);
  }

  @Test
  void theIntervalHoldsWhatItPromisesWhateverTheSeries() {
    assertCoverage("noise", i -> poisson(50));
    assertCoverage("waves", i -> poisson(50 + 30 * Math.sin(i / 60.0)));
    assertCoverage("steps", i -> poisson(i / 700 % 2 == 0 ? 20 : 200));
    assertCoverage("heavy tails", i -> Math.exp(3 + .5 * gaussian() * (i % 17 == 0 ? 3 : 1)));
    assertCoverage("nearly nothing", i -> poisson(.3));
  }

  @Test
  void theIntervalOfACalmSeriesIsNarrow() {
    Forecaster forecaster = forecaster(0);
    for (int i = 0; i < 2_000; i++) {
      forecaster.add(poisson(100));
    }

    Forecast forecast = forecaster.forecast();
    assertThat(forecast.value()).isCloseTo(100, within(8.0));
    assertThat(forecast.upper() - forecast.lower()).isBetween(20.0, 60.0); // 33 at the least
  }

  @Test
  void learnsTheTimeOfDay() {
    int day = 200;
    IntToDoubleFunction load = i -> 100 + (i % day < day / 2 ? 0 : 300);
    Forecaster seasonal = forecaster(day);
    Forecaster plain = forecaster(0);
    double seasonalError = 0;
    double plainError = 0;
    for (int i = 0; i < 8 * day; i++) {
      seasonal.add(load.applyAsDouble(i));
      plain.add(load.applyAsDouble(i));
      if (i > 4 * day) {
        double truth = load.applyAsDouble(i + STEPS);
        seasonalError += Math.abs(seasonal.forecast().value() - truth);
        plainError += Math.abs(plain.forecast().value() - truth);
      }
    }

    assertThat(seasonalError).isLessThan(.5 * plainError);
  }

  @Test
  void aMissingSampleMovesTimeAndTeachesNothing() {
    Forecaster forecaster = forecaster(0);
    for (int i = 0; i < 200; i++) {
      forecaster.add(i % 3 == 0 ? Double.NaN : 40);
    }

    assertThat(forecaster.samples()).isEqualTo(133);
    assertThat(forecaster.forecast().value()).isCloseTo(40, within(1e-6));
  }

  @Test
  void neverAnswersNonsense() {
    double[] odd = {0, -1, 1e300, Double.MAX_VALUE, Double.POSITIVE_INFINITY, Double.MIN_VALUE, 1};
    for (Scale scale : Scale.values()) {
      Forecaster forecaster = new Forecaster(STEPS, .9, scale, 10);
      for (int i = 0; i < 5_000; i++) {
        forecaster.add(odd[random.nextInt(odd.length)]);
        if (forecaster.isReady()) {
          Forecast forecast = forecaster.forecast();
          assertThat(forecast.lower()).isBetween(0.0, forecast.value());
          assertThat(forecast.upper()).isGreaterThanOrEqualTo(forecast.value()).isNotNaN();
        }
      }
    }
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Forecaster(0, .9, Scale.RATE, 0))
        .withMessageContaining("steps");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Forecaster(1, Double.NaN, Scale.RATE, 0))
        .withMessageContaining("coverage must be in [0.5, 0.99], but was NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Forecaster(1, .9, Scale.RATE, -1))
        .withMessageContaining("season");
  }

  private void assertCoverage(String name, IntToDoubleFunction series) {
    Forecaster forecaster = forecaster(0);
    int length = 6_000;
    double[] values = new double[length];
    for (int i = 0; i < length; i++) {
      values[i] = series.applyAsDouble(i);
    }
    int held = 0;
    int judged = 0;
    for (int i = 0; i + STEPS < length; i++) {
      forecaster.add(values[i]);
      if (forecaster.isReady()) {
        Forecast forecast = forecaster.forecast();
        double later = values[i + STEPS];
        held += later >= forecast.lower() && later <= forecast.upper() ? 1 : 0;
        judged++;
      }
    }
    assertThat((double) held / judged).as(name).isBetween(.87, .96);
  }

  private static Forecaster forecaster(int season) {
    return new Forecaster(STEPS, .9, Scale.RATE, season);
  }

  private double poisson(double mean) {
    double limit = Math.exp(-Math.min(mean, 500));
    double product = random.nextDouble();
    int count = 0;
    while (product > limit) {
      product *= random.nextDouble();
      count++;
    }
    return count;
  }

  private double gaussian() {
    return Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
        * Math.cos(2 * Math.PI * random.nextDouble());
  }
}
