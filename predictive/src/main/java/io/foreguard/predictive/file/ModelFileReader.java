package io.foreguard.predictive.file;

import io.foreguard.predictive.file.ModelFileException.Reason;
import io.foreguard.predictive.scoring.CalibratedScorer;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** One reading of one file's content. Not thread-safe. */
final class ModelFileReader {
  private final byte[] bytes;
  private final ByteBuffer in;
  private final String source;
  private final int contentEnd;

  ModelFileReader(byte[] bytes, String source) {
    this.bytes = bytes;
    this.in = ByteBuffer.wrap(bytes);
    this.source = source;
    this.contentEnd = bytes.length - ModelFile.CHECKSUM_BYTES;
  }

  ModelFile read() throws ModelFileException {
    checkEnvelope();
    int headerLength = headerLength();
    String sha256 = checkChecksum();
    ModelHeader header;
    String scorer;
    String calibration;
    try {
      HeaderText text = HeaderText.read(bytes, ModelFile.HEADER_AT, headerLength);
      scorer = text.oneOf("kind", Section.SCORERS);
      calibration = text.oneOf("calibration", Section.CALIBRATIONS);
      header = text.header();
    } catch (HeaderText.HeaderFault e) {
      throw fault(Reason.INVALID, ModelFile.HEADER_AT + e.offset(), "header: " + e.problem());
    }
    in.position(ModelFile.HEADER_AT + headerLength).limit(contentEnd);
    CalibratedScorer model =
        new SectionReader(in, source).read(scorer, header.features().size(), calibration);
    return new ModelFile(header, model, sha256);
  }

  private void checkEnvelope() throws ModelFileException {
    for (int i = 0; i < Long.BYTES; i++) {
      int expected = (int) (ModelFile.MAGIC >>> (56 - 8 * i)) & 0xFF;
      if (i >= bytes.length) {
        throw truncated(ModelFile.HEADER_AT);
      }
      if ((bytes[i] & 0xFF) != expected) {
        String problem =
            String.format("expected 0x%02x, but was 0x%02x", expected, bytes[i] & 0xFF);
        throw fault(Reason.NOT_A_MODEL, i, problem);
      }
    }
    if (bytes.length < ModelFile.HEADER_AT) {
      throw truncated(ModelFile.HEADER_AT);
    }
    int version = in.getInt(ModelFile.VERSION_AT);
    if (version > ModelFile.FORMAT_VERSION) {
      String problem =
          "format version must be at most " + ModelFile.FORMAT_VERSION + ", but was " + version;
      throw fault(Reason.NEWER_VERSION, ModelFile.VERSION_AT, problem);
    }
    if (version > 0 && version < ModelFile.FORMAT_VERSION) {
      String problem =
          "format version must be " + ModelFile.FORMAT_VERSION + ", but was " + version;
      throw fault(Reason.OLDER_VERSION, ModelFile.VERSION_AT, problem);
    }
    if (version < 1) {
      String problem = "format version must be at least 1, but was " + version;
      throw fault(Reason.CORRUPTED, ModelFile.VERSION_AT, problem);
    }
    checkLength(in.getLong(ModelFile.FILE_LENGTH_AT));
  }

  private void checkLength(long length) throws ModelFileException {
    int at = ModelFile.FILE_LENGTH_AT;
    if (length > ModelFile.MOST_BYTES) {
      String problem = "must be at most " + ModelFile.MOST_BYTES + " bytes, but claims " + length;
      throw fault(Reason.OVERSIZED, at, problem);
    }
    if (length > bytes.length) {
      throw truncated(length);
    }
    if (length < bytes.length) {
      String problem = "must have " + length + " bytes, but has " + bytes.length;
      throw fault(Reason.CORRUPTED, at, problem);
    }
  }

  private int headerLength() throws ModelFileException {
    int at = ModelFile.HEADER_LENGTH_AT;
    int length = in.getInt(at);
    if (length > ModelFile.MOST_HEADER_BYTES) {
      String problem =
          "header must be at most " + ModelFile.MOST_HEADER_BYTES + " bytes, but claims " + length;
      throw fault(Reason.OVERSIZED, at, problem);
    }
    long most = (long) contentEnd - ModelFile.HEADER_AT;
    if (length < 1 || length > most) {
      String problem = "header length must be in [1, " + most + "], but was " + length;
      throw fault(Reason.CORRUPTED, at, problem);
    }
    return length;
  }

  private String checkChecksum() throws ModelFileException {
    byte[] actual = ModelFile.checksum(bytes, contentEnd);
    byte[] expected = Arrays.copyOfRange(bytes, contentEnd, bytes.length);
    if (!Arrays.equals(expected, actual)) {
      String problem =
          "checksum must be " + ModelFile.hex(expected) + ", but is " + ModelFile.hex(actual);
      throw fault(Reason.CORRUPTED, contentEnd, problem);
    }
    return ModelFile.hex(actual);
  }

  private ModelFileException truncated(long expected) {
    String problem = "must have at least " + expected + " bytes, but has " + bytes.length;
    return fault(Reason.TRUNCATED, bytes.length, problem);
  }

  private ModelFileException fault(Reason reason, long offset, String problem) {
    return new ModelFileException(source, reason, offset, problem, null);
  }
}
