package io.foreguard.predictive.imports;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** A model made by another tool, 10,000 rows, and what the tool predicts; see make_fixtures.py. */
final class ImportedModelFixture {
  static final int ROWS = 10_000;

  private static final double UNIT = (1 << 24) - 1;

  private final byte[] model;
  private final double[][] special;
  private final byte[] predicted;

  private ImportedModelFixture(byte[] model, double[][] special, byte[] predicted) {
    this.model = model;
    this.special = special;
    this.predicted = predicted;
  }

  /** Reads the fixture of {@code file}, such as {@code xgboost.ubj}. */
  static ImportedModelFixture of(String file) throws Exception {
    String name = file.substring(0, file.lastIndexOf('.'));
    Node rows = JsonReader.read(resource(name + ".rows.json.gz"));
    double[][] special = new double[rows.size()][];
    for (int f = 0; f < special.length; f++) {
      special[f] = rows.at(f).numbers();
    }
    byte[] predicted = resource(name + ".predicted.gz");
    return new ImportedModelFixture(resource(file + ".gz"), special, predicted);
  }

  byte[] model() {
    return model;
  }

  /** What the tool says of {@code row}. */
  double predicted(int row) {
    int at = 3 * row;
    int units =
        (predicted[at] & 0xFF) | (predicted[at + 1] & 0xFF) << 8 | (predicted[at + 2] & 0xFF) << 16;
    return units / UNIT;
  }

  /** The same rows as make_fixtures.py makes. */
  double[] row(int row) {
    double[] features = new double[special.length];
    for (int f = 0; f < features.length; f++) {
      long cell = ((long) row * features.length + f) * 2;
      double choice = uniform(1, cell);
      double drawn = uniform(1, cell + 1);
      boolean fromSpecial = special[f].length > 0 && choice < 0.3;
      features[f] = fromSpecial ? special[f][(int) (drawn * special[f].length)] : (drawn - 0.5) * 8;
    }
    return features;
  }

  /** Number {@code index} of SplitMix64 in [0, 1). */
  private static double uniform(long seed, long index) {
    long z = seed + (index + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    return (z >>> 11) * 0x1.0p-53;
  }

  static byte[] resource(String name) throws IOException {
    try (InputStream in = ImportedModelFixture.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(name + " is not among the test resources");
      }
      return new GZIPInputStream(in).readAllBytes();
    }
  }
}
