package io.foreguard.predictive.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.predictive.ConnectionExhaustion;
import io.foreguard.predictive.observation.Observation;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FeatureExtractorTest {
  private static final int HOUR = 60;
  private static final int HALF_HOUR = 30;

  private final FeatureExtractor extractor = new FeatureExtractor();
  private final double[] features = new double[FeatureExtractor.schema().size()];

  @Test
  void isNotReadyBeforeHalfAnHour() {
    for (int minute = 0; minute < 30; minute++) {
      assertThat(extractor.add(sample(minute, 1, 1, 1, 0))).isFalse();
    }
    assertThatIllegalStateException().isThrownBy(() -> extractor.copyTo(features));
    assertThat(extractor.add(sample(30, 1, 1, 1, 0))).isTrue();
  }

  @Test
  void aLongGapStartsTheHistoryAnew() {
    for (int minute = 0; minute <= 60; minute++) {
      extractor.add(sample(minute, 1, 1, 1, 0));
    }

    assertThat(extractor.add(sample(75, 1, 1, 1, 0))).isTrue();
    assertThat(extractor.add(sample(91, 1, 1, 1, 0))).isFalse();
    assertThat(extractor.history()).isZero();
  }

  @Test
  void computesLatestMeanTrendAndRatio() {
    for (int minute = 0; minute <= 60; minute++) {
      extractor.add(sample(minute, minute, 0.2, 5, minute / 100.0));
    }
    extractor.copyTo(features);

    assertThat(value("active_connections")).isEqualTo(60);
    assertThat(value("active_connections_mean_1h")).isCloseTo(30.5, within(1e-12));
    assertThat(value("active_connections_trend_30min")).isCloseTo(1, within(1e-12));
    assertThat(value("failure_share_trend_30min")).isCloseTo(0.01, within(1e-12));
    assertThat(value("active_connections_to_mean")).isCloseTo(60 / 30.5, within(1e-12));
    assertThat(value("p95_latency_to_mean")).isCloseTo(1, within(1e-12));
    assertThat(value("p95_latency_trend_30min")).isCloseTo(0, within(1e-12));
  }

  @Test
  void aRatioToNothingIsOne() {
    for (int minute = 0; minute <= 30; minute++) {
      extractor.add(sample(minute, 0, 0, 0, 0));
    }
    extractor.copyTo(features);

    assertThat(value("active_connections_to_mean")).isEqualTo(1);
    assertThat(value("p95_latency_to_mean")).isEqualTo(1);
  }

  @Test
  void agreesWithPlainSumsOverTheWindowAtIrregularTimes() {
    SplittableRandom random = new SplittableRandom(17);
    List<Observation> seen = new ArrayList<>();
    long time = 0;
    for (int i = 0; i < 5_000; i++) {
      time += 1_000 + random.nextInt(120_000);
      double active = 1e6 + random.nextInt(100);
      Observation sample =
          new Observation(time, active, random.nextDouble(), 1e-6, random.nextDouble(), 1);
      seen.add(sample);
      if (extractor.add(sample)) {
        extractor.copyTo(features);
        assertThat(value("active_connections_mean_1h"))
            .isCloseTo(1e6 + mean(window(seen, HOUR), 1e6), within(1e-8));
        assertThat(value("active_connections_trend_30min"))
            .isCloseTo(slope(window(seen, HALF_HOUR), 1e6), within(1e-8));
      }
    }
    assertThat(extractor.isReady()).isTrue();
  }

  @Test
  void staysExactAfterMonthsOfHugeAndTinyValues() {
    long minute = 0;
    for (; minute < 200_000; minute++) {
      extractor.add(sample(minute, minute % 97 == 0 ? 1e15 : 1, 1, 1, 0));
    }
    for (int i = 0; i <= 60; i++) {
      extractor.add(sample(minute++, 0.1, 1, 1, 0));
    }
    extractor.copyTo(features);

    assertThat(value("active_connections_mean_1h")).isCloseTo(0.1, within(1e-15));
    assertThat(value("active_connections_trend_30min")).isCloseTo(0, within(1e-15));
  }

  @Test
  void holdsABoundedNumberOfSamples() {
    RollingWindow window = new RollingWindow(3_600_000, 1);
    double sum = 0;
    for (int i = 0; i < 20_000; i++) {
      window.add(i, new double[] {i});
      sum += i >= 20_000 - RollingWindow.MOST_SAMPLES ? i : 0;
    }

    assertThat(window.size()).isEqualTo(RollingWindow.MOST_SAMPLES);
    assertThat(window.mean(0)).isCloseTo(sum / RollingWindow.MOST_SAMPLES, within(1e-8));
  }

  @Test
  void oneSampleEverySecondForAnHourFits() {
    for (int second = 0; second <= 7_200; second++) {
      extractor.add(new Observation(second * 1_000L, second, 1, 1, 0, 1));
    }
    extractor.copyTo(features);

    assertThat(value("active_connections_mean_1h")).isCloseTo((3_601 + 7_200) / 2.0, within(1e-8));
  }

  @Test
  void theStartOfALogDoesNotMatterAWindowLater() {
    List<Observation> log = ConnectionExhaustion.days(1, 9);
    FeatureExtractor late = new FeatureExtractor();
    double[] lateFeatures = new double[features.length];
    for (int i = 0; i < log.size(); i++) {
      extractor.add(log.get(i));
      if (i >= 500) {
        late.add(log.get(i));
      }
    }
    extractor.copyTo(features);
    late.copyTo(lateFeatures);

    assertThat(lateFeatures).containsExactly(features, org.assertj.core.data.Offset.offset(1e-9));
  }

  @Test
  void refusesTimeThatDoesNotMoveOn() {
    extractor.add(sample(5, 1, 1, 1, 0));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> extractor.add(sample(5, 1, 1, 1, 0)))
        .withMessage("timeMillis must be later than 300000, but was 300000");
  }

  @Test
  void theSchemaNamesEveryFeatureWithUnitWindowAndWords() {
    FeatureSchema schema = FeatureSchema.dependencyLoad();

    assertThat(schema).hasToString("foreguard.dependency-load version 1");
    assertThat(schema.names()).hasSize(14).doesNotHaveDuplicates();
    assertThat(schema.features())
        .allSatisfy(feature -> assertThat(feature.unit()).isNotBlank())
        .allSatisfy(feature -> assertThat(feature.missing()).isNotBlank())
        .allSatisfy(feature -> assertThat(feature.description()).isNotBlank());
  }

  private double value(String feature) {
    return features[FeatureExtractor.schema().names().indexOf(feature)];
  }

  private static List<Observation> window(List<Observation> seen, int minutes) {
    long last = seen.get(seen.size() - 1).timeMillis();
    return seen.stream().filter(s -> s.timeMillis() > last - minutes * 60_000L).toList();
  }

  private static double mean(List<Observation> samples, double shift) {
    return samples.stream().mapToDouble(s -> s.activeConnections() - shift).average().orElseThrow();
  }

  private static double slope(List<Observation> samples, double shift) {
    double last = samples.get(samples.size() - 1).timeMillis() / 60_000.0;
    double meanTime =
        samples.stream().mapToDouble(s -> s.timeMillis() / 60_000.0 - last).average().orElseThrow();
    double mean = mean(samples, shift);
    double squares = 0;
    double products = 0;
    for (Observation sample : samples) {
      double time = sample.timeMillis() / 60_000.0 - last - meanTime;
      squares += time * time;
      products += time * (sample.activeConnections() - shift - mean);
    }
    return squares > 0 ? products / squares : 0;
  }

  private static Observation sample(
      long minute, double active, double p95, double rate, double share) {
    return new Observation(minute * 60_000, active, p95, rate, share, 1);
  }
}
