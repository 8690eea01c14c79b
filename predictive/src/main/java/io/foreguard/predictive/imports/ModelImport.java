package io.foreguard.predictive.imports;

import io.foreguard.predictive.imports.ImportException.Reason;
import io.foreguard.predictive.imports.ImportedModel.Format;
import io.foreguard.predictive.imports.ImportedModel.PositiveClass;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads models made by XGBoost, scikit-learn and in ONNX; which of them is seen from the content.
 *
 * <p>Predictions equal the tool's own up to the rounding of its single-precision sums. What would
 * be read wrongly, or is not supported, is refused with an {@link ImportException} that names it;
 * no input makes a reader loop, overflow the stack, or allocate more than a small multiple of the
 * file's size.
 */
public final class ModelImport {
  /** Most bytes of a file. */
  public static final int MOST_BYTES = 128 << 20;

  private static final int FIRST_PRINTABLE = 0x20;

  private ModelImport() {}

  /**
   * Reads {@code file}.
   *
   * @throws ImportException if it is missing, unreadable, broken, or not supported
   */
  public static ImportedModel read(Path file) throws ImportException {
    String source = file.toString();
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      if (!Files.isRegularFile(file)) {
        throw new ImportException(
            source, Reason.UNREADABLE, "file", "must be a regular file, but is not", null);
      }
      bytes = in.readNBytes(MOST_BYTES + 1);
    } catch (ImportException e) {
      throw e;
    } catch (NoSuchFileException e) {
      throw new ImportException(source, Reason.MISSING, "file", "there is no such file", e);
    } catch (IOException | SecurityException e) {
      throw new ImportException(source, Reason.UNREADABLE, "file", String.valueOf(e), e);
    }
    return read(bytes, source);
  }

  /**
   * Reads a file's content.
   *
   * @param source what to call the content in messages
   * @throws ImportException if it is broken or not supported
   */
  public static ImportedModel read(byte[] bytes, String source) throws ImportException {
    try {
      if (bytes.length > MOST_BYTES) {
        String problem = "must have at most " + MOST_BYTES + " bytes";
        throw new ImportFault(Reason.OVERSIZED, "file", problem);
      }
      return read(source, bytes);
    } catch (ImportFault e) {
      throw e.from(source);
    }
  }

  private static ImportedModel read(String source, byte[] bytes) throws ImportFault {
    int first = firstPrintable(bytes);
    if (first < bytes.length && bytes[first] == '{') {
      int second = firstPrintable(bytes, first + 1);
      boolean text = second < bytes.length && (bytes[second] == '"' || bytes[second] == '}');
      return text ? readJson(source, bytes) : readUbjson(source, bytes);
    }
    checkKnownOthers(bytes);
    // An ONNX file begins with field 1, a number: the version of its format.
    if (bytes.length > 1 && bytes[0] == 8) {
      return model(source, Format.ONNX, OnnxReader.read(bytes));
    }
    throw unknown("must be JSON or UBJSON by XGBoost, JSON by foreguard_export.py, or ONNX");
  }

  private static ImportedModel readJson(String source, byte[] bytes) throws ImportFault {
    Node document = JsonReader.read(bytes);
    Node format = document.find("format");
    if (format != null && format.isText() && format.text().equals(SklearnReader.FORMAT)) {
      return model(source, Format.SKLEARN_JSON, SklearnReader.read(document));
    }
    if (document.find("learner") == null) {
      throw unknown("JSON must have a member \"learner\", as XGBoost writes it, or \"format\"");
    }
    return model(source, Format.XGBOOST_JSON, XgboostReader.read(document));
  }

  private static ImportedModel readUbjson(String source, byte[] bytes) throws ImportFault {
    Node document = UbjsonReader.read(bytes);
    if (document.find("learner") == null) {
      throw unknown("UBJSON must have a member \"learner\", as XGBoost writes it");
    }
    return model(source, Format.XGBOOST_UBJSON, XgboostReader.read(document));
  }

  /** Formats that people may well try, with what to do instead. */
  private static void checkKnownOthers(byte[] bytes) throws ImportFault {
    String start = new String(bytes, 0, Math.min(64, bytes.length), StandardCharsets.ISO_8859_1);
    if (start.startsWith("\u0080")) {
      throw unknown(
          "a Python pickle runs code when it is loaded: use foreguard_export.py where it was made");
    }
    if (start.startsWith("binf")) {
      throw unknown("XGBoost's old binary format: save the model as .json or .ubj");
    }
    if (start.startsWith("tree\n") || start.startsWith("tree\r\n")) {
      throw unknown("LightGBM's text format: convert the model to ONNX");
    }
    if (start.startsWith("<")) {
      throw unknown("XML, perhaps PMML: convert the model to ONNX");
    }
    if (start.startsWith("\u0089FGM")) {
      throw unknown("a model file of Foreguard's own needs no import");
    }
  }

  private static ImportFault unknown(String problem) {
    return new ImportFault(Reason.UNKNOWN_FORMAT, "byte 0", problem);
  }

  private static ImportedModel model(String source, Format format, ImportedScorer content) {
    return new ImportedModel(source, format, content, PositiveClass.FAILURE);
  }

  private static int firstPrintable(byte[] bytes) {
    return firstPrintable(bytes, 0);
  }

  /** Where the first byte stands that is no space: bytes from 0x80 on are not. */
  private static int firstPrintable(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length && bytes[at] >= 0 && bytes[at] <= FIRST_PRINTABLE) {
      at++;
    }
    return at;
  }
}
