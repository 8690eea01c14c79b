import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Asks ONNX Runtime what a model says of rows: {@code OnnxPredict MODEL ROWS COLUMNS OUTPUT}. ROWS
 * holds little-endian doubles, OUTPUT gets one for each row: the score of the second class, or the
 * only score. Run by make_fixtures.py.
 */
final class OnnxPredict {
  public static void main(String[] args) throws Exception {
    int columns = Integer.parseInt(args[2]);
    DoubleBuffer rows =
        ByteBuffer.wrap(Files.readAllBytes(Path.of(args[1])))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asDoubleBuffer();
    int count = rows.remaining() / columns;
    long[] shape = {count, columns};
    ByteBuffer out = ByteBuffer.allocate(8 * count).order(ByteOrder.LITTLE_ENDIAN);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(args[0])) {
      String name = session.getInputNames().iterator().next();
      TensorInfo info = (TensorInfo) session.getInputInfo().get(name).getInfo();
      OnnxTensor input;
      if (info.type.name().equals("DOUBLE")) {
        input = OnnxTensor.createTensor(environment, rows, shape);
      } else {
        float[] single = new float[count * columns];
        for (int i = 0; i < single.length; i++) {
          single[i] = (float) rows.get(i);
        }
        input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(single), shape);
      }
      try (OrtSession.Result result = session.run(Map.of(name, input))) {
        write(result.get(result.size() - 1), count, out);
      }
    }
    Files.write(Path.of(args[3]), out.array());
  }

  private static void write(OnnxValue scores, int count, ByteBuffer out) throws Exception {
    if (scores instanceof OnnxSequence sequence) {
      List<? extends OnnxValue> maps = sequence.getValue();
      for (OnnxValue map : maps) {
        Object[] values = new java.util.TreeMap<>(((OnnxMap) map).getValue()).values().toArray();
        out.putDouble(((Number) values[values.length - 1]).doubleValue());
      }
      return;
    }
    Object value = scores.getValue();
    for (int i = 0; i < count; i++) {
      if (value instanceof float[][] table) {
        out.putDouble(table[i][table[i].length - 1]);
      } else {
        double[] row = ((double[][]) value)[i];
        out.putDouble(row[row.length - 1]);
      }
    }
  }
}
