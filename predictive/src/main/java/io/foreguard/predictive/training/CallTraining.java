package io.foreguard.predictive.training;

import io.foreguard.internal.Require;
import io.foreguard.predictive.calls.CallRecord;
import io.foreguard.predictive.feature.FeatureSchema;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Rows from a log of single calls: a row is a call, and fails if the call failed. To be beaten are
 * the default model and two simple scores: the share of failures among the last ten calls, and an
 * exponential average of the last twenty.
 */
public final class CallTraining {
  private static final String LAST_TEN = "failed_share_10";
  private static final String AVERAGE = "failed_mean_20";

  /** Share of failures among the last ten calls from which on a dependency counts as failing. */
  private static final double FAILING = 0.5;

  private CallTraining() {}

  /**
   * The rows that {@code replay} makes of {@code calls}, with what is to be beaten.
   *
   * @throws IllegalArgumentException if {@code calls} is empty
   */
  public static TrainingData of(List<CallRecord> calls, CallRows replay) {
    Require.that(!calls.isEmpty(), "calls", "at least one", calls.size());
    List<CallRecord> sorted =
        calls.stream().sorted(Comparator.comparingLong(CallRecord::startNanos)).toList();
    LabelledRows rows = replay.rows(sorted);
    double[] lastTen = known(rows, LAST_TEN);
    boolean[] failing = new boolean[lastTen.length];
    for (int row = 0; row < failing.length; row++) {
      failing[row] = lastTen[row] >= FAILING;
    }
    return TrainingData.builder(FeatureSchema.calls(), rows)
        .series(series(sorted, replay, rows.size()))
        .failing(failing)
        .simpleScore(LAST_TEN, lastTen)
        .simpleScore(AVERAGE, known(rows, AVERAGE))
        .defaultModel(defaultModel(rows))
        .failureShare(FAILING)
        .sha256(sha256(sorted))
        .words("A row is a call that was made; it fails if the call failed or was too late.")
        .build();
  }

  /** P(failure) by the default model: its log odds are the first feature. */
  private static double[] defaultModel(LabelledRows rows) {
    double[] probabilities = new double[rows.size()];
    for (int row = 0; row < probabilities.length; row++) {
      probabilities[row] = 1 / (1 + Math.exp(-rows.features()[row][0]));
    }
    return probabilities;
  }

  /** A share that is not known yet counts as none. */
  private static double[] known(LabelledRows rows, String feature) {
    double[] values = rows.feature(rows.names().indexOf(feature));
    for (int row = 0; row < values.length; row++) {
      values[row] = Double.isNaN(values[row]) ? 0 : values[row];
    }
    return values;
  }

  private static int[] series(List<CallRecord> sorted, CallRows replay, int rows) {
    Map<String, Integer> numbers = new HashMap<>();
    int[] series =
        sorted.stream()
            .filter(call -> call.wasMade() && replay.deadlines().judge(call).isEvidence())
            .mapToInt(call -> numbers.computeIfAbsent(call.dependency(), name -> numbers.size()))
            .toArray();
    if (series.length != rows) {
      throw new IllegalStateException(rows + " rows of " + series.length + " calls");
    }
    return series;
  }

  private static String sha256(List<CallRecord> calls) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    for (CallRecord call : calls) {
      byte[] names = (call.dependency() + '\n' + call.key()).getBytes(StandardCharsets.UTF_8);
      digest.update(
          ByteBuffer.allocate(Integer.BYTES * 3 + Long.BYTES * 3 + names.length)
              .putInt(names.length)
              .put(names)
              .putLong(call.startNanos())
              .putLong(call.durationNanos())
              .putInt(call.outcome().ordinal())
              .putInt(call.admission().ordinal())
              .putDouble(call.propensity())
              .flip());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
