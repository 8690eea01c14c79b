package io.foreguard.predictive.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RandomCutForestDetectorTest {
  private final SplittableRandom random = new SplittableRandom(5);

  @Test
  void namesTheQuantityThatLeftItsCourse() {
    RandomCutForestDetector detector = detector();
    learn(detector, 1_000);

    Anomaly found = Anomaly.NONE;
    for (int i = 0; i < 5 && !found.isUnusual(); i++) {
      found = detector.add(new double[] {noise(10), noise(1) + 8, noise(3)}, 1_000 + i);
    }

    assertThat(found.grade()).isGreaterThan(.2);
    assertThat(found.causes().get(0).quantity()).isEqualTo("latency");
    assertThat(found.causes().get(0).share()).isGreaterThan(.5);
    assertThat(found.toString()).contains("latency");
  }

  @Test
  void isSeldomAlarmedByWhatIsUsual() {
    RandomCutForestDetector detector = detector();
    learn(detector, 500);
    int alarms = 0;
    for (int i = 0; i < 3_000; i++) {
      alarms += detector.add(usual(), 500 + i).isUnusual() ? 1 : 0;
    }

    assertThat(alarms).isLessThan(45);
  }

  @Test
  void theSameSeedAndSamplesGiveTheSameAnswers() {
    List<Double> first = scores(7);
    List<Double> second = scores(7);

    assertThat(first).isEqualTo(second).isNotEqualTo(scores(8));
  }

  @Test
  void whatIsNotKnownCountsAsUnchanged() {
    RandomCutForestDetector detector = detector();
    learn(detector, 600);

    Anomaly found = detector.add(new double[] {Double.NaN, Double.NaN, Double.NaN}, 600);

    assertThat(found.isUnusual()).isFalse();
  }

  @Test
  void refusesAnotherNumberOfValues() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> detector().add(new double[2], 0))
        .withMessage("values must be of length 3, but was 2");
  }

  private static RandomCutForestDetector detector() {
    return new RandomCutForestDetector(List.of("rate", "latency", "in_flight"), 1);
  }

  private List<Double> scores(long seed) {
    RandomCutForestDetector detector = new RandomCutForestDetector(List.of("a"), seed);
    SplittableRandom same = new SplittableRandom(3);
    List<Double> scores = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      scores.add(detector.add(new double[] {same.nextDouble()}, i).score());
    }
    return scores;
  }

  private void learn(RandomCutForestDetector detector, int samples) {
    for (int i = 0; i < samples; i++) {
      detector.add(usual(), i);
    }
  }

  private double[] usual() {
    return new double[] {noise(10), noise(1), noise(3)};
  }

  private double noise(double mean) {
    return mean + random.nextDouble(-.5, .5);
  }
}
