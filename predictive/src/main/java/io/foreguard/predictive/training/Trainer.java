package io.foreguard.predictive.training;

import io.foreguard.internal.Require;
import io.foreguard.predictive.feature.FeatureExtractor;
import io.foreguard.predictive.file.ModelFile;
import io.foreguard.predictive.file.ModelHeader;
import io.foreguard.predictive.forest.Forest;
import io.foreguard.predictive.observation.Observation;
import io.foreguard.predictive.observation.ObservationWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Trains a forest on what was seen of one or more dependencies, and judges it on what came later.
 * Not thread-safe. Needs Smile 2.6.0 on the class path.
 *
 * <p>Rows are split by time, never at random: the earlier ones train, the later ones judge. Rows of
 * the last horizon before the border are left out, as their labels know what happens after it. The
 * forest in the result is the one that was judged.
 */
public final class Trainer {
  private static final int FEWEST_PER_CLASS = 20;

  private final TrainingConfig config;
  private final Consumer<String> progress;

  /**
   * Creates a trainer.
   *
   * @param progress told what is being done, in words
   */
  public Trainer(TrainingConfig config, Consumer<String> progress) {
    this.config = Require.nonNull(config, "config");
    this.progress = Require.nonNull(progress, "progress");
  }

  /**
   * Trains and judges.
   *
   * @param series the samples of each dependency, in order of time
   * @throws TrainingException if the earlier or the later part lacks rows that fail or that hold
   * @throws IllegalArgumentException if a series is not in order of time
   */
  public Result train(List<List<Observation>> series) throws TrainingException {
    Rows rows = Rows.of(series, config.labels());
    require(rows.size() > 0, "no sample has both 30 minutes of history and a horizon after it");
    long border = rows.timeAt(1 - config.heldOutShare());
    long horizon = config.labels().horizon().toMillis();
    Rows training = rows.where(row -> row.timeMillis() + horizon < border);
    Rows heldOut = rows.where(row -> row.timeMillis() >= border);
    requireBoth("training", training);
    requireBoth("held-out", heldOut);
    progress.accept(
        training.size() + " rows to train on, " + training.positives() + " before a failure");
    Forest forest = grow(training);
    progress.accept("judging on " + heldOut.size() + " later rows");
    TrainingReport.Builder report = new TrainingReport.Builder("Training of " + config.name());
    describe(report, series, rows, training, heldOut);
    double trainedShare = (double) training.positives() / training.size();
    new Judge(forest, heldOut, config, report).judge(trainedShare);
    TrainingReport built = report.build();
    return new Result(forest, header(series, built), built);
  }

  private Forest grow(Rows training) {
    String[] names = FeatureExtractor.schema().names().toArray(String[]::new);
    return SmileForests.convert(
        SmileForests.fit(
            training.features(),
            training.fails(),
            names,
            config,
            done -> progress.accept(done + " of " + config.trees() + " trees")),
        names.length);
  }

  private void describe(
      TrainingReport.Builder report,
      List<List<Observation>> series,
      Rows rows,
      Rows training,
      Rows heldOut) {
    report.section(
        "Data",
        "Rows are samples with enough history and a known label: whether the failure share reaches "
            + config.labels().failureShare()
            + " within "
            + config.labels().horizon().toMinutes()
            + " minutes after. The held-out rows are the latest; rows whose horizon crosses the"
            + " border are left out.");
    report.figure("data.series", series.size());
    report.figure("data.samples", series.stream().mapToInt(List::size).sum());
    report.figure("data.rows", rows.size());
    report.figure("train.rows", training.size());
    report.figure("train.positives", training.positives());
    report.figure("left_out.rows", (double) rows.size() - training.size() - heldOut.size());
    report.figure("held_out.rows", heldOut.size());
    report.figure("held_out.positives", heldOut.positives());
  }

  private ModelHeader header(List<List<Observation>> series, TrainingReport report) {
    ModelHeader.Builder header =
        ModelHeader.builder(FeatureExtractor.schema())
            .name(config.name())
            .interval(interval(series))
            .horizon(config.labels().horizon())
            .failureShare(config.labels().failureShare())
            .threshold(config.threshold())
            .dataSha256(sha256(series));
    report.addTo(header);
    return header.build();
  }

  /** The median time between two samples, to the second. */
  private static Duration interval(List<List<Observation>> series) {
    long[] steps =
        series.stream()
            .flatMapToLong(
                samples ->
                    IntStream.range(1, samples.size())
                        .mapToLong(
                            i -> samples.get(i).timeMillis() - samples.get(i - 1).timeMillis()))
            .toArray();
    Arrays.sort(steps);
    long seconds = Math.round(steps[steps.length / 2] / 1_000.0);
    return Duration.ofSeconds(Math.min(900, Math.max(1, seconds)));
  }

  private static String sha256(List<List<Observation>> series) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    OutputStream sink = new DigestOutputStream(OutputStream.nullOutputStream(), digest);
    try (Writer out = new OutputStreamWriter(sink, StandardCharsets.UTF_8)) {
      for (List<Observation> samples : series) {
        ObservationWriter writer = new ObservationWriter(out);
        for (Observation sample : samples) {
          writer.write(sample);
        }
        writer.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void requireBoth(String part, Rows rows) throws TrainingException {
    int positives = rows.positives();
    int negatives = rows.size() - positives;
    require(
        positives >= FEWEST_PER_CLASS && negatives >= FEWEST_PER_CLASS,
        "the "
            + part
            + " part needs at least "
            + FEWEST_PER_CLASS
            + " rows before a failure and as many others, but has "
            + positives
            + " and "
            + negatives
            + "; bring a longer log, or move the border with the held-out share");
  }

  private static void require(boolean ok, String problem) throws TrainingException {
    if (!ok) {
      throw new TrainingException(problem);
    }
  }

  /**
   * A trained and judged forest.
   *
   * @param forest the trees
   * @param header what a file says about them
   * @param report how they did
   */
  public record Result(Forest forest, ModelHeader header, TrainingReport report) {
    /**
     * Writes the model to {@code file}.
     *
     * @throws IOException if it cannot be written
     */
    public void write(Path file) throws IOException {
      ModelFile.write(file, header, forest);
    }
  }
}
