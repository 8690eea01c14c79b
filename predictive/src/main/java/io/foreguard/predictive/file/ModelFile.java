package io.foreguard.predictive.file;

import io.foreguard.internal.Require;
import io.foreguard.predictive.feature.FeatureSchema;
import io.foreguard.predictive.file.ModelFileException.Reason;
import io.foreguard.predictive.forest.Forest;
import io.foreguard.predictive.scoring.CalibratedScorer;
import io.foreguard.predictive.scoring.Calibration;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A model with its header, as a file: a scorer and the calibration that makes its score a
 * probability of failure. Immutable, thread-safe.
 *
 * <p>Format version 2, all numbers big-endian:
 *
 * <table>
 * <caption>Layout</caption>
 * <tr><th>bytes</th><th>content</th></tr>
 * <tr><td>8</td><td>magic: 89 46 47 4D 0D 0A 1A 0A</td></tr>
 * <tr><td>4</td><td>format version</td></tr>
 * <tr><td>4</td><td>length H of the header, at most 64 KiB</td></tr>
 * <tr><td>8</td><td>length of the file, at most 128 MiB</td></tr>
 * <tr><td>H</td><td>header: key=value lines in UTF-8, which say the kinds of what follows</td></tr>
 * <tr><td></td><td>the scorer, where kind=forest:</td></tr>
 * <tr><td>4 + 4</td><td>0 mean or 1 sum; 0 double or 1 single precision</td></tr>
 * <tr><td>8</td><td>offset</td></tr>
 * <tr><td>4 + 4</td><td>number T of trees, number N of nodes</td></tr>
 * <tr><td>12 T</td><td>per tree: first node (4), weight (8)</td></tr>
 * <tr><td>24 N</td><td>per node: feature or -1 (2), 1 where a missing feature takes the true branch
 * else 0 (2), false branch (4), threshold (8), value (8)</td></tr>
 * <tr><td></td><td>the scorer, where kind=linear:</td></tr>
 * <tr><td>8</td><td>intercept</td></tr>
 * <tr><td>24 F</td><td>per feature: weight (8), value where it is missing (8), reference (8)</td></tr>
 * <tr><td></td><td>the calibration, where calibration=sigmoid:</td></tr>
 * <tr><td>8 + 8</td><td>slope, intercept</td></tr>
 * <tr><td></td><td>the calibration, where calibration=isotonic:</td></tr>
 * <tr><td>4</td><td>number K of knots</td></tr>
 * <tr><td>16 K</td><td>per knot: score (8), probability (8)</td></tr>
 * <tr><td>32</td><td>SHA-256 of everything before</td></tr>
 * </table>
 *
 * <p>Reading checks length, version and limits before it allocates, then the checksum, the header,
 * the schema and every number. The checksum guards against accidents, not against forgery: whoever
 * may replace the file may replace its checksum; the checks of the numbers hold against anything.
 */
public final class ModelFile {
  /** The version of the format that is written, and the only one that is read. */
  public static final int FORMAT_VERSION = 2;

  /** Most bytes of a file. */
  public static final int MOST_BYTES = 128 << 20;

  /** Most bytes of a header. */
  public static final int MOST_HEADER_BYTES = 64 << 10;

  static final long MAGIC = 0x8946474D0D0A1A0AL;
  static final int VERSION_AT = 8;
  static final int HEADER_LENGTH_AT = 12;
  static final int FILE_LENGTH_AT = 16;
  static final int HEADER_AT = 24;
  static final int CHECKSUM_BYTES = 32;

  private final ModelHeader header;
  private final CalibratedScorer model;
  private final String sha256;

  ModelFile(ModelHeader header, CalibratedScorer model, String sha256) {
    this.header = header;
    this.model = model;
    this.sha256 = sha256;
  }

  /**
   * Reads a file whose features may be of any schema: {@link #requireSchema} checks it.
   *
   * @throws ModelFileException if it is missing, unreadable, or breaks any rule of the format
   */
  public static ModelFile read(Path file) throws ModelFileException {
    return read(content(file), file.toString());
  }

  /**
   * Reads a file whose features must be those of {@code schema}.
   *
   * @throws ModelFileException if it is missing, unreadable, or breaks any rule of the format
   */
  public static ModelFile read(Path file, FeatureSchema schema) throws ModelFileException {
    return read(content(file), file.toString(), schema);
  }

  /**
   * Reads a file's content, whose features may be of any schema.
   *
   * @param source what to call the content in messages
   * @throws ModelFileException if it breaks any rule of the format
   */
  public static ModelFile read(byte[] bytes, String source) throws ModelFileException {
    checkSize(source, bytes.length);
    return new ModelFileReader(bytes, source).read();
  }

  /**
   * Reads a file's content, whose features must be those of {@code schema}.
   *
   * @param source what to call the content in messages
   * @throws ModelFileException if it breaks any rule of the format
   */
  public static ModelFile read(byte[] bytes, String source, FeatureSchema schema)
      throws ModelFileException {
    ModelFile file = read(bytes, source);
    file.requireSchema(schema, source);
    return file;
  }

  private static byte[] content(Path file) throws ModelFileException {
    String source = file.toString();
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new ModelFileException(
            source, Reason.UNREADABLE, 0, "must be a regular file, but is not", null);
      }
      try (InputStream in = Files.newInputStream(file)) {
        checkSize(source, Files.size(file));
        return in.readNBytes(MOST_BYTES + 1);
      }
    } catch (ModelFileException e) {
      throw e;
    } catch (NoSuchFileException e) {
      throw new ModelFileException(source, Reason.MISSING, 0, "there is no such file", e);
    } catch (IOException | SecurityException e) {
      throw new ModelFileException(source, Reason.UNREADABLE, 0, String.valueOf(e), e);
    }
  }

  /** The content of a file with a forest whose score is the probability. */
  public static byte[] toBytes(ModelHeader header, Forest forest) {
    return toBytes(header, new CalibratedScorer(forest, Calibration.none()));
  }

  /**
   * The content of a file with {@code header} and {@code model}. The same every time.
   *
   * @throws IllegalArgumentException if the scorer is neither a {@link Forest} nor a {@link
   *     io.foreguard.predictive.scoring.LinearScorer}, has another number of features than the
   *     header, or the file would be too large
   */
  public static byte[] toBytes(ModelHeader header, CalibratedScorer model) {
    int features = header.features().size();
    boolean same = model.featureCount() == features;
    Require.that(same, "features of the scorer", String.valueOf(features), model.featureCount());
    byte[] headerBytes = HeaderText.write(header, model);
    Require.inRange(headerBytes.length, 1, MOST_HEADER_BYTES, "header length");
    long length = HEADER_AT + headerBytes.length + Section.bytes(model) + CHECKSUM_BYTES;
    Require.that(length <= MOST_BYTES, "length", "at most " + MOST_BYTES + " bytes", length);
    ByteBuffer out = ByteBuffer.allocate((int) length);
    out.putLong(MAGIC).putInt(FORMAT_VERSION).putInt(headerBytes.length).putLong(length);
    out.put(headerBytes);
    Section.write(model, out);
    out.put(checksum(out.array(), (int) length - CHECKSUM_BYTES));
    return out.array();
  }

  /** As {@link #write(Path, ModelHeader, CalibratedScorer)}, where the score is the probability. */
  public static void write(Path file, ModelHeader header, Forest forest) throws IOException {
    write(file, header, new CalibratedScorer(forest, Calibration.none()));
  }

  /**
   * Writes a model to {@code file}, replacing it in one step, so that a reader sees the old or the
   * new one and never a part.
   *
   * @throws IOException if it cannot be written
   */
  public static void write(Path file, ModelHeader header, CalibratedScorer model)
      throws IOException {
    Path target = file.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null) {
      throw new IOException(file + " must be a file, but is a root folder");
    }
    Path part = Files.createTempFile(folder, target.getFileName() + ".", ".part");
    try {
      Files.write(part, toBytes(header, model));
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** What the file says about its model. */
  public ModelHeader header() {
    return header;
  }

  /** The model. */
  public CalibratedScorer model() {
    return model;
  }

  /** The file's checksum in lower-case hexadecimal digits. */
  public String sha256() {
    return sha256;
  }

  /**
   * Refuses this file unless its features are those of {@code schema}.
   *
   * @param source what to call the file in the message
   * @throws ModelFileException naming both schemas
   */
  public void requireSchema(FeatureSchema schema, String source) throws ModelFileException {
    String expected = schema.toString();
    String actual = header.schemaId() + " version " + header.schemaVersion();
    String problem = null;
    if (!expected.equals(actual)) {
      problem = "schema must be " + expected + ", but was " + actual;
    } else if (!header.features().equals(schema.names())) {
      problem = "features must be " + schema.names() + ", but were " + header.features();
    }
    if (problem != null) {
      throw new ModelFileException(source, Reason.OTHER_SCHEMA, HEADER_AT, problem, null);
    }
  }

  /**
   * Refuses this file unless its model is one of samples, with an interval between them.
   *
   * @param source what to call the file in the message
   * @throws ModelFileException if it is a model of calls
   */
  public void requireInterval(String source) throws ModelFileException {
    if (header.interval().isZero()) {
      String problem = "key interval.ms must be there in a model of samples, but is missing";
      throw new ModelFileException(source, Reason.INVALID, HEADER_AT, problem, null);
    }
  }

  static byte[] checksum(byte[] bytes, int length) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    digest.update(bytes, 0, length);
    return digest.digest();
  }

  static String hex(byte[] checksum) {
    return HexFormat.of().formatHex(checksum);
  }

  private static void checkSize(String source, long length) throws ModelFileException {
    if (length > MOST_BYTES) {
      String problem = "must be at most " + MOST_BYTES + " bytes, but has " + length;
      throw new ModelFileException(source, Reason.OVERSIZED, 0, problem, null);
    }
  }
}
