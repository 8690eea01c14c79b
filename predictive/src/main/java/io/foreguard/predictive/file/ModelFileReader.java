package io.foreguard.predictive.file;

import io.foreguard.predictive.feature.FeatureSchema;
import io.foreguard.predictive.file.ModelFileException.Reason;
import io.foreguard.predictive.forest.Forest;
import io.foreguard.predictive.forest.ForestBuilder;
import io.foreguard.predictive.forest.ForestFault;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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

  ModelFile read(FeatureSchema schema) throws ModelFileException {
    checkEnvelope();
    int headerLength = headerLength();
    String sha256 = checkChecksum();
    ModelHeader header = header(headerLength);
    checkSchema(header, schema);
    Forest forest = forest(ModelFile.HEADER_AT + headerLength, header.features().size());
    return new ModelFile(header, forest, sha256);
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
    long most = (long) contentEnd - ModelFile.HEADER_AT - 8;
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

  private ModelHeader header(int length) throws ModelFileException {
    try {
      return HeaderText.read(bytes, ModelFile.HEADER_AT, length);
    } catch (HeaderText.HeaderFault e) {
      throw fault(Reason.INVALID, ModelFile.HEADER_AT + e.offset(), "header: " + e.problem());
    }
  }

  private void checkSchema(ModelHeader header, FeatureSchema schema) throws ModelFileException {
    String expected = schema.toString();
    String actual = header.schemaId() + " version " + header.schemaVersion();
    if (!expected.equals(actual)) {
      String problem = "schema must be " + expected + ", but was " + actual;
      throw fault(Reason.OTHER_SCHEMA, ModelFile.HEADER_AT, problem);
    }
    if (!header.features().equals(schema.names())) {
      String problem = "features must be " + schema.names() + ", but were " + header.features();
      throw fault(Reason.OTHER_SCHEMA, ModelFile.HEADER_AT, problem);
    }
  }

  private Forest forest(int at, int features) throws ModelFileException {
    int trees = count(at, Forest.MOST_TREES, "trees");
    int nodes = count(at + 4, Forest.MOST_NODES, "nodes");
    long treesAt = at + 8L;
    long nodesAt = treesAt + (long) ModelFile.TREE_BYTES * trees;
    long end = nodesAt + (long) ModelFile.NODE_BYTES * nodes;
    if (end != contentEnd) {
      String problem =
          trees
              + " trees and "
              + nodes
              + " nodes must end at byte "
              + contentEnd
              + ", but end at "
              + end;
      throw fault(Reason.INVALID, at, problem);
    }
    ForestBuilder forest = new ForestBuilder(features, trees, nodes);
    in.position((int) treesAt);
    for (int t = 0; t < trees; t++) {
      forest.tree(in.getInt(), in.getDouble());
    }
    for (int n = 0; n < nodes; n++) {
      forest.node(in.getInt(), in.getInt(), in.getDouble(), in.getDouble());
    }
    try {
      return forest.build();
    } catch (ForestFault e) {
      long offset = offset(e, treesAt, nodesAt);
      throw new ModelFileException(
          source, Reason.INVALID, offset, String.valueOf(e.getMessage()), e);
    }
  }

  private int count(int at, int most, String what) throws ModelFileException {
    int count = in.getInt(at);
    if (count < 1) {
      throw fault(Reason.INVALID, at, "number of " + what + " must be 1 or more, but was " + count);
    }
    if (count > most) {
      String problem = "must have at most " + most + " " + what + ", but claims " + count;
      throw fault(Reason.OVERSIZED, at, problem);
    }
    return count;
  }

  private static long offset(ForestFault fault, long treesAt, long nodesAt) {
    long tree = treesAt + (long) ModelFile.TREE_BYTES * fault.index();
    long node = nodesAt + (long) ModelFile.NODE_BYTES * fault.index();
    return switch (fault.part()) {
      case ROOT -> tree;
      case WEIGHT -> tree + 4;
      case FEATURE, TREE -> node;
      case FALSE_BRANCH -> node + 4;
      case THRESHOLD -> node + 8;
      case VALUE -> node + 16;
    };
  }

  private ModelFileException truncated(long expected) {
    String problem = "must have at least " + expected + " bytes, but has " + bytes.length;
    return fault(Reason.TRUNCATED, bytes.length, problem);
  }

  private ModelFileException fault(Reason reason, long offset, @Nullable String problem) {
    return new ModelFileException(source, reason, offset, String.valueOf(problem), null);
  }
}
