import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;

/**
 * Trains and asks an XGBoost newer than Debian's: {@code train ROWS LABELS COLUMNS MODEL...} or
 * {@code predict MODEL ROWS COLUMNS OUTPUT}. ROWS, LABELS and OUTPUT are little-endian doubles. Run
 * by make_fixtures.py.
 */
final class XgboostFixture {
  public static void main(String[] args) throws Exception {
    if (args[0].equals("train")) {
      train(args);
    } else {
      predict(args);
    }
  }

  private static void train(String[] args) throws Exception {
    DMatrix rows = rows(args[1], Integer.parseInt(args[3]));
    rows.setLabel(singles(args[2]));
    Map<String, Object> settings = new HashMap<>();
    settings.put("objective", "binary:logistic");
    settings.put("max_depth", 4);
    settings.put("seed", 7);
    settings.put("nthread", 1);
    Booster booster = XGBoost.train(rows, settings, 30, new HashMap<>(), null, null);
    for (int i = 4; i < args.length; i++) {
      booster.saveModel(args[i]);
    }
  }

  private static void predict(String[] args) throws Exception {
    Booster booster = XGBoost.loadModel(args[1]);
    float[][] predicted = booster.predict(rows(args[2], Integer.parseInt(args[3])));
    ByteBuffer out = ByteBuffer.allocate(8 * predicted.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : predicted) {
      out.putDouble(row[0]);
    }
    Files.write(Path.of(args[4]), out.array());
  }

  private static DMatrix rows(String file, int columns) throws Exception {
    float[] all = singles(file);
    return new DMatrix(all, all.length / columns, columns, Float.NaN);
  }

  private static float[] singles(String file) throws Exception {
    DoubleBuffer in =
        ByteBuffer.wrap(Files.readAllBytes(Path.of(file)))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asDoubleBuffer();
    float[] singles = new float[in.remaining()];
    for (int i = 0; i < singles.length; i++) {
      singles[i] = (float) in.get(i);
    }
    return singles;
  }
}
