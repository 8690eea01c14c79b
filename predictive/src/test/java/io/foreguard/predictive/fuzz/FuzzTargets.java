package io.foreguard.predictive.fuzz;

import io.foreguard.predictive.calls.CallLogException;
import io.foreguard.predictive.calls.CallLogFormat;
import io.foreguard.predictive.calls.CallLogReader;
import io.foreguard.predictive.file.ModelFile;
import io.foreguard.predictive.file.ModelFileException;
import io.foreguard.predictive.imports.ImportException;
import io.foreguard.predictive.imports.ImportedModel;
import io.foreguard.predictive.imports.ImportedModel.PositiveClass;
import io.foreguard.predictive.imports.ModelImport;
import io.foreguard.predictive.observation.ObservationFormatException;
import io.foreguard.predictive.observation.ObservationReader;
import io.foreguard.predictive.scoring.CalibratedScorer;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the readers are fuzzed with, by name. A reader may refuse its input with its own exception;
 * any other exception, and any model that it lets through but that cannot score, is a fault. Each
 * target has a class of its own, as Jazzer wants it.
 */
public final class FuzzTargets {
  private static final int CHECKSUM_BYTES = 32;
  private static final int LENGTH_AT = 16;
  private static final double[] VALUES = {Double.NaN, 0, -1e300, Double.POSITIVE_INFINITY};

  private FuzzTargets() {}

  /** Reads one input. */
  interface Target {
    void read(byte[] input) throws IOException;
  }

  static Map<String, Target> all() {
    Map<String, Target> all = new LinkedHashMap<>();
    all.put("ModelFileFuzz", ModelFileFuzz::fuzzerTestOneInput);
    all.put("XgboostJsonFuzz", XgboostJsonFuzz::fuzzerTestOneInput);
    all.put("XgboostUbjsonFuzz", XgboostUbjsonFuzz::fuzzerTestOneInput);
    all.put("SklearnJsonFuzz", SklearnJsonFuzz::fuzzerTestOneInput);
    all.put("OnnxFuzz", OnnxFuzz::fuzzerTestOneInput);
    all.put("CallLogCsvFuzz", CallLogCsvFuzz::fuzzerTestOneInput);
    all.put("CallLogJsonFuzz", CallLogJsonFuzz::fuzzerTestOneInput);
    all.put("ObservationFuzz", ObservationFuzz::fuzzerTestOneInput);
    return all;
  }

  private static void readImport(byte[] input) {
    ImportedModel model;
    try {
      model = ModelImport.read(input, "input");
    } catch (ImportException e) {
      return;
    }
    score(model.calibratedScorer());
    score(model.withPositiveClass(PositiveClass.SUCCESS).calibratedScorer());
  }

  private static void readCalls(byte[] input) throws IOException {
    String text = new String(input, StandardCharsets.UTF_8);
    try {
      CallLogReader.read(new StringReader(text), "input", CallLogFormat.detected());
    } catch (CallLogException e) {
      // Refused, as it may be.
    }
  }

  private static void score(CalibratedScorer scorer) {
    double[] features = new double[scorer.featureCount()];
    double[] contributions = new double[features.length];
    for (double value : VALUES) {
      Arrays.fill(features, value);
      double probability = scorer.probability(features);
      scorer.contributions(features, contributions);
      if (!(probability >= 0 && probability <= 1)) {
        throw new IllegalStateException("probability must be in [0, 1], but was " + probability);
      }
    }
  }

  /** Our model file, of which length and checksum are made right: else nothing else is reached. */
  public static final class ModelFileFuzz {
    public static void fuzzerTestOneInput(byte[] input) {
      try {
        score(ModelFile.read(mended(input), "input").model());
      } catch (ModelFileException e) {
        // Refused, as it may be.
      }
    }

    private static byte[] mended(byte[] input) {
      int end = input.length - CHECKSUM_BYTES;
      if (end < LENGTH_AT + Long.BYTES) {
        return input;
      }
      ByteBuffer file = ByteBuffer.wrap(input.clone());
      file.putLong(LENGTH_AT, input.length);
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(file.array(), 0, end);
        file.put(end, digest.digest());
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
      return file.array();
    }
  }

  /** XGBoost's JSON. */
  public static final class XgboostJsonFuzz {
    public static void fuzzerTestOneInput(byte[] input) {
      readImport(input);
    }
  }

  /** XGBoost's UBJSON. */
  public static final class XgboostUbjsonFuzz {
    public static void fuzzerTestOneInput(byte[] input) {
      readImport(input);
    }
  }

  /** What our exporter for scikit-learn writes. */
  public static final class SklearnJsonFuzz {
    public static void fuzzerTestOneInput(byte[] input) {
      readImport(input);
    }
  }

  /** ONNX. */
  public static final class OnnxFuzz {
    public static void fuzzerTestOneInput(byte[] input) {
      readImport(input);
    }
  }

  /** Logs of calls as CSV. */
  public static final class CallLogCsvFuzz {
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
      readCalls(input);
    }
  }

  /** Logs of calls as JSON Lines. */
  public static final class CallLogJsonFuzz {
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
      readCalls(input);
    }
  }

  /** Observations as CSV. */
  public static final class ObservationFuzz {
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
      String text = new String(input, StandardCharsets.UTF_8);
      try {
        ObservationReader.read(new StringReader(text), "input");
      } catch (ObservationFormatException e) {
        // Refused, as it may be.
      }
    }
  }
}
