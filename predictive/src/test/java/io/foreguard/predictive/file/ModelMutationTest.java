package io.foreguard.predictive.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.foreguard.predictive.scoring.CalibratedScorer;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ModelMutationTest {
  private static final int ROUNDS = 10_000;

  /** A refused file of a few kB costs the copy of its header and a message, never more. */
  private static final long MOST_BYTES_PER_FILE = 1 << 20;

  @ParameterizedTest
  @MethodSource("io.foreguard.predictive.file.ModelKinds#all")
  void nothingButARefusalComesOutOfAnyTruncatedFile(CalibratedScorer model) {
    byte[] bytes = ModelFile.toBytes(ModelKinds.header(), model);
    for (int length = 0; length < bytes.length; length++) {
      byte[] part = Arrays.copyOf(bytes, length);
      assertThatExceptionOfType(ModelFileException.class)
          .isThrownBy(() -> ModelFile.read(part, "part"));
    }
  }

  @ParameterizedTest
  @MethodSource("io.foreguard.predictive.file.ModelKinds#all")
  void nothingButARefusalComesOutOfAnyFlippedBit(CalibratedScorer model) {
    byte[] bytes = ModelFile.toBytes(ModelKinds.header(), model);
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] flipped = bytes.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThatExceptionOfType(ModelFileException.class)
          .isThrownBy(() -> ModelFile.read(flipped, "flipped"));
    }
  }

  @ParameterizedTest
  @MethodSource("io.foreguard.predictive.file.ModelKinds#all")
  void aForgedFileIsRefusedCheaplyOrSafeToScoreWith(CalibratedScorer model) {
    byte[] bytes = ModelFile.toBytes(ModelKinds.header(), model);
    Mutations mutations = new Mutations(29);
    SplittableRandom random = new SplittableRandom(31);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int accepted = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] forged = mutations.spoiled(bytes);
      long before = threads.getCurrentThreadAllocatedBytes();
      try {
        ModelFile read = ModelFile.read(forged, "forged");
        score(read.model(), random);
        accepted++;
      } catch (ModelFileException refused) {
        assertThat(refused.offset()).isBetween(0L, (long) forged.length);
      } catch (RuntimeException | Error e) {
        fail("round " + round, e);
      }
      assertThat(threads.getCurrentThreadAllocatedBytes() - before)
          .as("bytes allocated in round %d", round)
          .isLessThan(MOST_BYTES_PER_FILE);
    }
    assertThat(accepted).isBetween(ROUNDS / 50, ROUNDS - ROUNDS / 50);
  }

  private static void score(CalibratedScorer model, SplittableRandom random) {
    double[] features = random.doubles(model.featureCount(), -1e3, 1e3).toArray();
    double[] contributions = new double[features.length];
    features[0] = random.nextBoolean() ? Double.NaN : Double.POSITIVE_INFINITY;
    model.contributions(features, contributions);
    if (!(model.probability(features) > 0 && model.probability(features) < 1)) {
      fail(model.probability(features) + " is no probability");
    }
    if (!Double.isFinite(model.logOdds(features))) {
      fail(model.logOdds(features) + " are no log odds");
    }
  }
}
