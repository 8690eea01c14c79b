package io.foreguard.benchmarks;

import static io.foreguard.benchmarks.CallTally.expect;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One score by a trained model, in our own form and by Smile, which trained it. */
public class ScoringBenchmark {
  /** Our forest. */
  @Benchmark
  public double foreguardForest(Rows rows) {
    return rows.models.forest.score(rows.models.rows[rows.next()]);
  }

  /** What each feature contributed to our forest's score. */
  @Benchmark
  public double[] foreguardForestContributions(Rows rows) {
    rows.models.forest.contributions(rows.models.rows[rows.next()], rows.contributions);
    return rows.contributions;
  }

  /** Smile's forest, asked for the probabilities of both classes. */
  @Benchmark
  public double smileForest(Rows rows) {
    int ignored = rows.models.smileForest.predict(rows.models.tuples[rows.next()], rows.classes);
    return rows.classes[1] + ignored;
  }

  /** Our logistic regression, up to the log odds. */
  @Benchmark
  public double foreguardLogOdds(Rows rows) {
    return rows.models.logistic.logOdds(rows.models.rows[rows.next()]);
  }

  /** Our logistic regression, up to the probability. */
  @Benchmark
  public double foreguardProbability(Rows rows) {
    return rows.models.logistic.probability(rows.models.rows[rows.next()]);
  }

  /** Smile's logistic regression, up to the probabilities of both classes. */
  @Benchmark
  public double smileProbability(Rows rows) {
    int ignored = rows.models.smileLogistic.predict(rows.models.rows[rows.next()], rows.classes);
    return rows.classes[1] + ignored;
  }

  /** The models, and which row one thread scores next. */
  @State(Scope.Thread)
  public static class Rows {
    private final SmileModels models = SmileModels.get();
    private final double[] contributions = new double[SmileModels.FEATURES];
    private final double[] classes = new double[2];
    private int scored;

    int next() {
      return scored++ & (models.rows.length - 1);
    }

    /** Checks that rows were scored, and that ours are Smile's scores. */
    @TearDown
    public void check() {
      expect(scored != 0, "no row was scored");
      for (int i = 0; i < models.rows.length; i++) {
        double own = models.forest.score(models.rows[i]);
        int ignored = models.smileForest.predict(models.tuples[i], classes);
        expect(
            Math.abs(own - classes[1]) < 1e-9,
            "row " + i + " scores " + own + ", by Smile " + classes[1] + " for " + ignored);
        own = models.logistic.probability(models.rows[i]);
        ignored = models.smileLogistic.predict(models.rows[i], classes);
        expect(
            Math.abs(own - classes[1]) < 1e-9,
            "row " + i + " has " + own + ", by Smile " + classes[1] + " for " + ignored);
      }
    }
  }
}
