package io.foreguard.predictive.imports;

import io.foreguard.predictive.imports.ImportException.Reason;

/** A fault in what is being read, before it is known what the source is called. */
final class ImportFault extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final String place;
  private final String problem;

  ImportFault(Reason reason, String place, String problem) {
    super(problem);
    this.reason = reason;
    this.place = place;
    this.problem = problem;
  }

  /** The bytes at {@code offset} break the format. */
  static ImportFault malformed(long offset, String problem) {
    return new ImportFault(Reason.MALFORMED, "byte " + offset, problem);
  }

  /** What begins at {@code offset} is too large. */
  static ImportFault oversized(long offset, String problem) {
    return new ImportFault(Reason.OVERSIZED, "byte " + offset, problem);
  }

  /** The part called {@code place} breaks {@code rule}. */
  static ImportFault invalid(String place, String rule, Object value) {
    return new ImportFault(Reason.INVALID, place, "must be " + rule + ", but was " + shown(value));
  }

  /** The part called {@code place} is of a kind that is not supported. */
  static ImportFault unsupported(String place, String problem) {
    return new ImportFault(Reason.UNSUPPORTED, place, problem);
  }

  ImportException from(String source) {
    return new ImportException(source, reason, place, problem, null);
  }

  /** What a file holds, as it can stand in a message: quoted, on one line, and not too long. */
  static String shown(Object value) {
    if (!(value instanceof String text)) {
      return String.valueOf(value);
    }
    String part = text.length() <= 80 ? text : text.substring(0, 80) + "...";
    return '"' + part.replaceAll("\\p{Cntrl}", "?") + '"';
  }
}
