package io.foreguard.predictive.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.foreguard.estimation.Estimate;
import io.foreguard.evidence.Signals;
import io.foreguard.predictive.ConnectionExhaustion;
import io.foreguard.predictive.SignalsFixture;
import io.foreguard.predictive.feature.FeatureExtractor;
import io.foreguard.predictive.observation.Observation;
import io.foreguard.predictive.observation.ObservationReader;
import io.foreguard.predictive.observation.ObservationRecorder;
import io.foreguard.predictive.observation.ObservationWriter;
import io.foreguard.time.ManualClock;
import java.io.StringReader;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForestModelTest {
  private static final Observation CALM = new Observation(0, 20, 0.1, 5, 0, 0);
  private static final Observation CROWDED = new Observation(0, 60, 0.1, 5, 0, 0);

  @TempDir Path folder;

  private final ManualClock clock = new ManualClock();
  private TrainedForest trained;
  private ForestModel model;

  @BeforeEach
  void load() throws Exception {
    TrainedForests.writeStump(folder.resolve("stump.fgm"));
    trained = TrainedForest.load(folder.resolve("stump.fgm"));
    model = trained.forDependency();
  }

  @Test
  void abstainsUntilItHasSeenHalfAnHour() {
    assertThat(model.estimate(SignalsFixture.before(clock.nanoTime())).abstention())
        .isEqualTo("no call has ended yet");
    feed(CALM, 25);
    assertThat(feed(CALM, 1).abstention()).isEqualTo("25 min of history, 30 min needed");
    assertThat(feed(CALM, 10).isAbstention()).isFalse();
  }

  @Test
  void answersOneLessTheForestsProbabilityOfFailure() {
    feed(CALM, 31);

    Estimate calm = feed(CALM, 1);
    Estimate crowded = feed(CROWDED, 1);

    assertThat(calm.probability()).isCloseTo(0.95, within(1e-12));
    assertThat(crowded.probability()).isCloseTo(0.05, within(1e-12));
    assertThat(trained.minimumSuccessProbability()).isCloseTo(0.15, within(1e-12));
    assertThat(crowded.probability()).isLessThan(trained.minimumSuccessProbability());
    assertThat(crowded.model()).isEqualTo("stump");
    assertThat(crowded.modelVersion()).isEqualTo(trained.version()).hasSize(12);
  }

  @Test
  void saysWhyInWordsThatAddUpInLogOdds() {
    feed(CROWDED, 31);

    Estimate.Contribution reason = feed(CROWDED, 1).contributions().get(0);

    assertThat(reason.signal()).isEqualTo("active_connections");
    assertThat(reason.words()).isEqualTo("active connections 60");
    assertThat(reason.logOdds()).isCloseTo(Math.log(0.05 / 0.95), within(1e-9));
  }

  @Test
  void everyBreakerHasAHistoryOfItsOwn() {
    ForestModel other = trained.forDependency();
    feed(CALM, 40);

    Estimate elsewhere = other.estimate(SignalsFixture.of(clock.nanoTime(), CROWDED));

    assertThat(elsewhere.isAbstention()).isTrue();
    assertThat(feed(CALM, 1).isAbstention()).isFalse();
  }

  @Test
  void abstainsAnewAfterALongGap() {
    feed(CALM, 40);

    clock.advance(Duration.ofMinutes(20));

    assertThat(feed(CALM, 1).abstention()).isEqualTo("0 min of history, 30 min needed");
  }

  @Test
  void answersWithoutAllocationBetweenSamples() {
    feed(CALM, 40);
    Signals signals = SignalsFixture.of(clock.nanoTime() - 30_000_000_000L, CROWDED);
    Estimate latest = model.estimate(signals);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 20; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 10_000; i++) {
        assertSame(latest, model.estimate(signals));
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }

    assertThat(least).isLessThan(1_000);
  }

  @Test
  void seesLiveExactlyWhatIsComputedFromTheLog() throws Exception {
    List<Observation> days = ConnectionExhaustion.days(2, 13);
    int[] minute = {0};
    StringWriter log = new StringWriter();
    List<double[]> live = new ArrayList<>();
    ObservationRecorder recorder =
        ObservationRecorder.builder(
                () -> {
                  Signals signals = SignalsFixture.of(clock.nanoTime(), days.get(minute[0]++));
                  model.estimate(signals);
                  live.add(minute[0] > 30 ? model.latestFeatures() : new double[0]);
                  return signals;
                })
            .clock(clock)
            .writer(new ObservationWriter(log))
            .start();
    clock.advance(Duration.ofMinutes(days.size()));
    recorder.close();

    FeatureExtractor offline = new FeatureExtractor();
    double[] features = new double[FeatureExtractor.schema().size()];
    List<Observation> read = ObservationReader.read(new StringReader(log.toString()), "log");
    int compared = 0;
    for (int i = 0; i < read.size(); i++) {
      if (offline.add(read.get(i))) {
        offline.copyTo(features);
        assertThat(live.get(i)).containsExactly(features);
        compared++;
      }
    }

    assertThat(compared).isEqualTo(days.size() - 30);
  }

  private Estimate feed(Observation sample, int minutes) {
    Estimate latest = model.estimate(SignalsFixture.of(clock.nanoTime(), sample));
    for (int i = 1; i < minutes; i++) {
      clock.advance(Duration.ofMinutes(1));
      latest = model.estimate(SignalsFixture.of(clock.nanoTime(), sample));
    }
    clock.advance(Duration.ofMinutes(1));
    return latest;
  }

  private static void assertSame(Estimate expected, Estimate actual) {
    if (expected != actual) {
      throw new AssertionError("another estimate: " + actual);
    }
  }
}
