package io.foreguard.predictive.file;

import io.foreguard.internal.Require;
import io.foreguard.predictive.feature.FeatureSchema;
import io.foreguard.predictive.file.ModelFileException.Reason;
import io.foreguard.predictive.forest.Forest;
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
 * A forest with its header, as a file. Immutable, thread-safe.
 *
 * <p>Format version 1, all numbers big-endian:
 *
 * <table>
 * <caption>Layout</caption>
 * <tr><th>bytes</th><th>content</th></tr>
 * <tr><td>8</td><td>magic: 89 46 47 4D 0D 0A 1A 0A</td></tr>
 * <tr><td>4</td><td>format version</td></tr>
 * <tr><td>4</td><td>length H of the header, at most 64 KiB</td></tr>
 * <tr><td>8</td><td>length of the file, at most 128 MiB</td></tr>
 * <tr><td>H</td><td>header: key=value lines in UTF-8</td></tr>
 * <tr><td>4 + 4</td><td>number T of trees, number N of nodes</td></tr>
 * <tr><td>12 T</td><td>per tree: first node (4), weight (8)</td></tr>
 * <tr><td>24 N</td><td>per node: feature or -1 (4), false branch (4), threshold (8), value (8)</td></tr>
 * <tr><td>32</td><td>SHA-256 of everything before</td></tr>
 * </table>
 *
 * <p>Reading checks length, version and limits before it allocates, then the checksum, the header,
 * the schema and every node. The checksum guards against accidents, not against forgery: whoever
 * may replace the file may replace its checksum; the checks of the nodes hold against anything.
 */
public final class ModelFile {
  /** The version of the format that is written, and the newest that is read. */
  public static final int FORMAT_VERSION = 1;

  /** Most bytes of a file. */
  public static final int MOST_BYTES = 128 << 20;

  /** Most bytes of a header. */
  public static final int MOST_HEADER_BYTES = 64 << 10;

  static final long MAGIC = 0x8946474D0D0A1A0AL;
  static final int VERSION_AT = 8;
  static final int HEADER_LENGTH_AT = 12;
  static final int FILE_LENGTH_AT = 16;
  static final int HEADER_AT = 24;
  static final int TREE_BYTES = 12;
  static final int NODE_BYTES = 24;
  static final int CHECKSUM_BYTES = 32;

  private final ModelHeader header;
  private final Forest forest;
  private final String sha256;

  ModelFile(ModelHeader header, Forest forest, String sha256) {
    this.header = header;
    this.forest = forest;
    this.sha256 = sha256;
  }

  /**
   * Reads a file whose features must be those of {@code schema}.
   *
   * @throws ModelFileException if it is missing, unreadable, or breaks any rule of the format
   */
  public static ModelFile read(Path file, FeatureSchema schema) throws ModelFileException {
    String source = file.toString();
    byte[] bytes;
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new ModelFileException(
            source, Reason.UNREADABLE, 0, "must be a regular file, but is not", null);
      }
      try (InputStream in = Files.newInputStream(file)) {
        checkSize(source, Files.size(file));
        bytes = in.readNBytes(MOST_BYTES + 1);
      }
    } catch (ModelFileException e) {
      throw e;
    } catch (NoSuchFileException e) {
      throw new ModelFileException(source, Reason.MISSING, 0, "there is no such file", e);
    } catch (IOException | SecurityException e) {
      throw new ModelFileException(source, Reason.UNREADABLE, 0, String.valueOf(e), e);
    }
    return read(bytes, source, schema);
  }

  /**
   * Reads a file's content, whose features must be those of {@code schema}.
   *
   * @param source what to call the content in messages
   * @throws ModelFileException if it breaks any rule of the format
   */
  public static ModelFile read(byte[] bytes, String source, FeatureSchema schema)
      throws ModelFileException {
    checkSize(source, bytes.length);
    return new ModelFileReader(bytes, source).read(schema);
  }

  /** The content of a file with {@code header} and {@code forest}. The same every time. */
  public static byte[] toBytes(ModelHeader header, Forest forest) {
    byte[] headerBytes = HeaderText.write(header);
    Require.inRange(headerBytes.length, 1, MOST_HEADER_BYTES, "header length");
    Require.that(
        forest.featureCount() == header.features().size(),
        "features of the forest",
        String.valueOf(header.features().size()),
        forest.featureCount());
    long length =
        HEADER_AT
            + headerBytes.length
            + 8L
            + (long) TREE_BYTES * forest.trees()
            + (long) NODE_BYTES * forest.nodes()
            + CHECKSUM_BYTES;
    Require.that(length <= MOST_BYTES, "length", "at most " + MOST_BYTES + " bytes", length);
    ByteBuffer out = ByteBuffer.allocate((int) length);
    out.putLong(MAGIC).putInt(FORMAT_VERSION).putInt(headerBytes.length).putLong(length);
    out.put(headerBytes).putInt(forest.trees()).putInt(forest.nodes());
    for (int t = 0; t < forest.trees(); t++) {
      out.putInt(forest.root(t)).putDouble(forest.weight(t));
    }
    for (int n = 0; n < forest.nodes(); n++) {
      out.putInt(forest.feature(n)).putInt(forest.falseBranch(n));
      out.putDouble(forest.threshold(n)).putDouble(forest.value(n));
    }
    out.put(checksum(out.array(), (int) length - CHECKSUM_BYTES));
    return out.array();
  }

  /**
   * Writes a model to {@code file}, replacing it in one step, so that a reader sees the old or the
   * new one and never a part.
   *
   * @throws IOException if it cannot be written
   */
  public static void write(Path file, ModelHeader header, Forest forest) throws IOException {
    Path target = file.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null) {
      throw new IOException(file + " must be a file, but is a root folder");
    }
    Path part = Files.createTempFile(folder, target.getFileName() + ".", ".part");
    try {
      Files.write(part, toBytes(header, forest));
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
  public Forest forest() {
    return forest;
  }

  /** The file's checksum in lower-case hexadecimal digits. */
  public String sha256() {
    return sha256;
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
