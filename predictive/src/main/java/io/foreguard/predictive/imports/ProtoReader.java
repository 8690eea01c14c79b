package io.foreguard.predictive.imports;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Walks over the fields of one Protocol Buffers message (wire format of proto2 and proto3, without
 * groups). Every length is checked before it is used. Not thread-safe.
 */
final class ProtoReader {
  /** A number of variable length. */
  static final int VARINT = 0;

  /** Eight bytes. */
  static final int FIXED64 = 1;

  /** Bytes, text, a message, or packed numbers. */
  static final int BYTES = 2;

  /** Four bytes. */
  static final int FIXED32 = 5;

  private final byte[] bytes;
  private final ByteBuffer in;
  private int field;
  private int wire;
  private int fieldAt;
  private long number;
  private int start;
  private int length;

  /** A message that is the whole of {@code bytes}. */
  ProtoReader(byte[] bytes) {
    this(bytes, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
  }

  private ProtoReader(byte[] bytes, ByteBuffer in) {
    this.bytes = bytes;
    this.in = in;
  }

  /** Steps to the next field; false at the end of the message. */
  boolean next() throws ImportFault {
    if (!in.hasRemaining()) {
      return false;
    }
    fieldAt = in.position();
    long tag = rawVarint();
    wire = (int) (tag & 7);
    long id = tag >>> 3;
    if (id < 1 || id > 0x1FFFFFFF) {
      throw ImportFault.malformed(fieldAt, "number of a field must be valid, but was " + id);
    }
    field = (int) id;
    switch (wire) {
      case VARINT -> number = rawVarint();
      case FIXED64 -> number = need(8).getLong();
      case FIXED32 -> number = need(4).getInt();
      case BYTES -> skipBytes();
      default ->
          throw ImportFault.malformed(fieldAt, "type of a field must be known, but was " + wire);
    }
    return true;
  }

  /** Number of the field. */
  int field() {
    return field;
  }

  /** Where the field begins in the file. */
  int fieldAt() {
    return fieldAt;
  }

  /** Whether the field's type is {@code type}. */
  boolean is(int type) {
    return wire == type;
  }

  /** The field's number, which must be of variable length. */
  long varint() throws ImportFault {
    require(VARINT);
    return number;
  }

  /** The field's number, which must have four bytes. */
  float single() throws ImportFault {
    require(FIXED32);
    return Float.intBitsToFloat((int) number);
  }

  /** The field as a message. */
  ProtoReader message() throws ImportFault {
    return new ProtoReader(bytes, slice());
  }

  /** The field's bytes, as a view with absolute positions, in little-endian order. */
  ByteBuffer slice() throws ImportFault {
    require(BYTES);
    ByteBuffer slice = in.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    slice.limit(start + length).position(start);
    return slice;
  }

  /** The whole file, in which slices have their positions. */
  byte[] file() {
    return bytes;
  }

  /** The field as text. */
  String text() throws ImportFault {
    require(BYTES);
    if (length > DocumentLimits.LONGEST_STRING) {
      String problem = "string must have at most " + DocumentLimits.LONGEST_STRING + " bytes";
      throw ImportFault.oversized(start, problem);
    }
    return JsonReader.decoded(bytes, start, length);
  }

  /** The field's whole numbers, packed or one, at the end of {@code numbers}. */
  void addVarints(Numbers numbers) throws ImportFault {
    if (wire == VARINT) {
      numbers.add((double) number);
      return;
    }
    ProtoReader packed = message();
    while (packed.in.hasRemaining()) {
      numbers.add((double) packed.rawVarint());
    }
  }

  /** The field's single-precision numbers, packed or one, at the end of {@code numbers}. */
  void addSingles(Numbers numbers) throws ImportFault {
    if (wire == FIXED32) {
      numbers.add(Float.intBitsToFloat((int) number));
      return;
    }
    ByteBuffer packed = slice();
    checkMultiple(4);
    while (packed.hasRemaining()) {
      numbers.add(packed.getFloat());
    }
  }

  /** The field's double-precision numbers, packed or one, at the end of {@code numbers}. */
  void addDoubles(Numbers numbers) throws ImportFault {
    if (wire == FIXED64) {
      numbers.add(Double.longBitsToDouble(number));
      return;
    }
    ByteBuffer packed = slice();
    checkMultiple(8);
    while (packed.hasRemaining()) {
      numbers.add(packed.getDouble());
    }
  }

  private void checkMultiple(int width) throws ImportFault {
    if (length % width != 0) {
      String problem = "packed numbers must fill whole " + width + " bytes, but have " + length;
      throw ImportFault.malformed(start, problem);
    }
  }

  private void require(int type) throws ImportFault {
    if (wire != type) {
      String problem = "type of field " + field + " must be " + type + ", but was " + wire;
      throw ImportFault.malformed(fieldAt, problem);
    }
  }

  private void skipBytes() throws ImportFault {
    long claimed = rawVarint();
    start = in.position();
    if (claimed < 0 || claimed > in.remaining()) {
      String problem = "must have " + Long.toUnsignedString(claimed) + " more bytes, but has ";
      throw ImportFault.malformed(start, problem + in.remaining());
    }
    length = (int) claimed;
    in.position(start + length);
  }

  private long rawVarint() throws ImportFault {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int part = need(1).get();
      value |= (long) (part & 0x7F) << shift;
      if (part >= 0) {
        return value;
      }
    }
    throw ImportFault.malformed(in.position(), "number must have at most 10 bytes");
  }

  private ByteBuffer need(int bytes) throws ImportFault {
    if (in.remaining() < bytes) {
      String problem = "must have " + bytes + " more bytes, but has " + in.remaining();
      throw ImportFault.malformed(in.position(), problem);
    }
    return in;
  }
}
