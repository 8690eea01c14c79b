package io.foreguard.predictive.imports;

import java.nio.ByteBuffer;

/**
 * Reads Universal Binary JSON (draft 12, all numbers big-endian) as XGBoost writes it. Arrays may
 * name count and numeric type; objects may name neither. High-precision numbers are refused. The
 * result is what {@link Node} describes. Not thread-safe.
 */
final class UbjsonReader {
  private final ByteBuffer in;
  private final byte[] bytes;
  private final DocumentLimits limits = new DocumentLimits();

  private UbjsonReader(byte[] bytes) {
    this.bytes = bytes;
    in = ByteBuffer.wrap(bytes);
  }

  /** Reads a whole document. */
  static Node read(byte[] bytes) throws ImportFault {
    UbjsonReader reader = new UbjsonReader(bytes);
    Object document = reader.value(reader.marker(), 0);
    if (reader.in.hasRemaining()) {
      throw ImportFault.malformed(reader.in.position(), "expected the end of the document");
    }
    return Node.root(document);
  }

  private Object value(byte marker, int depth) throws ImportFault {
    if (width(marker) > 0) {
      return number(marker);
    }
    limits.value(in.position());
    return switch (marker) {
      case '{' -> object(depth + 1);
      case '[' -> array(depth + 1);
      case 'S' -> string();
      case 'C' -> text(1);
      case 'T' -> true;
      case 'F' -> false;
      case 'Z' -> Node.NULL;
      default -> throw unknown(marker);
    };
  }

  private Object object(int depth) throws ImportFault {
    DocumentLimits.depth(depth, in.position());
    DocumentLimits.Members members = new DocumentLimits.Members();
    while (true) {
      byte marker = marker();
      if (marker == '}') {
        return members.map();
      }
      int keyAt = in.position();
      String key = text(count(marker));
      members.add(key, value(marker(), depth), keyAt);
    }
  }

  private Object array(int depth) throws ImportFault {
    DocumentLimits.depth(depth, in.position());
    byte marker = marker();
    if (marker == '$') {
      return typed();
    }
    DocumentLimits.Elements elements = new DocumentLimits.Elements();
    if (marker == '#') {
      long count = count(marker());
      if (count > in.remaining()) {
        throw tooMany(count, in.remaining());
      }
      for (long i = 0; i < count; i++) {
        add(elements, marker(), depth);
      }
      return elements.array();
    }
    while (marker != ']') {
      add(elements, marker, depth);
      marker = marker();
    }
    return elements.array();
  }

  private void add(DocumentLimits.Elements elements, byte marker, int depth) throws ImportFault {
    Object element = value(marker, depth);
    if (!elements.isFlat() && element instanceof Double) {
      limits.value(in.position());
    }
    elements.add(element);
  }

  private double[] typed() throws ImportFault {
    int start = in.position();
    byte type = marker();
    int width = width(type);
    if (width == 0) {
      throw ImportFault.malformed(start, "expected a type of numbers, but was " + shown(type));
    }
    byte mark = marker();
    if (mark != '#') {
      throw ImportFault.malformed(in.position() - 1L, "expected '#', but was " + shown(mark));
    }
    long count = count(marker());
    if (count > in.remaining() / width) {
      throw tooMany(count, in.remaining() / width);
    }
    double[] numbers = new double[(int) count];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(type);
    }
    return numbers;
  }

  private String string() throws ImportFault {
    return text(count(marker()));
  }

  private String text(long length) throws ImportFault {
    int start = in.position();
    if (length > DocumentLimits.LONGEST_STRING) {
      String rule = "string must have at most " + DocumentLimits.LONGEST_STRING;
      throw ImportFault.oversized(start, rule + " bytes, but claims " + length);
    }
    need((int) length);
    in.position(start + (int) length);
    return JsonReader.decoded(bytes, start, (int) length);
  }

  /** A length or a number of elements, whose type is {@code marker}. */
  private long count(byte marker) throws ImportFault {
    int start = in.position();
    long count =
        switch (marker) {
          case 'i', 'U', 'I', 'l' -> (long) number(marker);
          case 'L' -> {
            need(8);
            yield in.getLong();
          }
          default ->
              throw ImportFault.malformed(
                  start - 1L, "expected the type of a length, but was " + shown(marker));
        };
    if (count < 0) {
      throw ImportFault.malformed(start, "length must be 0 or more, but was " + count);
    }
    return count;
  }

  private double number(byte marker) throws ImportFault {
    need(width(marker));
    return switch (marker) {
      case 'i' -> in.get();
      case 'U' -> in.get() & 0xFF;
      case 'I' -> in.getShort();
      case 'l' -> in.getInt();
      case 'L' -> in.getLong();
      case 'd' -> in.getFloat();
      case 'D' -> in.getDouble();
      default -> throw unknown(marker);
    };
  }

  /** Bytes of a number of a type; 0 for what is no number. */
  private static int width(byte marker) {
    return switch (marker) {
      case 'i', 'U' -> 1;
      case 'I' -> 2;
      case 'l', 'd' -> 4;
      case 'L', 'D' -> 8;
      default -> 0;
    };
  }

  /** The next byte that is not the one that says nothing. */
  private byte marker() throws ImportFault {
    byte marker;
    do {
      need(1);
      marker = in.get();
    } while (marker == 'N');
    return marker;
  }

  private void need(int length) throws ImportFault {
    if (length > in.remaining()) {
      String problem = "must have " + length + " more bytes, but has " + in.remaining();
      throw ImportFault.malformed(in.position(), problem);
    }
  }

  private ImportFault tooMany(long claimed, long most) {
    String problem = "array must have at most " + most + " elements, but claims " + claimed;
    return ImportFault.malformed(in.position(), problem);
  }

  private ImportFault unknown(byte marker) {
    String problem = "expected the type of a value, but was " + shown(marker);
    return ImportFault.malformed(in.position() - 1L, problem);
  }

  private static String shown(byte marker) {
    return String.format("0x%02x", marker & 0xFF);
  }
}
