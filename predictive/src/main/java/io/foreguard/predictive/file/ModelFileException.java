package io.foreguard.predictive.file;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A model file is refused; the message says why, where, and what was expected and found there. */
public final class ModelFileException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Why the file is refused. */
  private final Reason reason;

  /** Byte at which the fault lies. */
  private final long offset;

  ModelFileException(
      String source, Reason reason, long offset, String problem, @Nullable Throwable cause) {
    super(source + ": " + reason.words + " (byte " + offset + "): " + problem, cause);
    this.reason = reason;
    this.offset = offset;
  }

  /** Why the file is refused. */
  public Reason reason() {
    return reason;
  }

  /** Byte at which the fault lies, from 0; 0 where it is the file as a whole. */
  public long offset() {
    return offset;
  }

  /** Why a model file is refused. */
  public enum Reason {
    /** There is no such file. */
    MISSING("missing"),
    /** It is there but could not be read. */
    UNREADABLE("unreadable"),
    /** It does not begin like a model file. */
    NOT_A_MODEL("not a model file"),
    /** A newer version of the format than this library reads. */
    NEWER_VERSION("of a newer version"),
    /** An older version of the format than this library reads. */
    OLDER_VERSION("of an older version"),
    /** Larger than a model may be. */
    OVERSIZED("oversized"),
    /** It ends too early. */
    TRUNCATED("truncated"),
    /** Its checksum or its length does not fit its content. */
    CORRUPTED("corrupted"),
    /** Trained on other features than the caller has. */
    OTHER_SCHEMA("of another schema"),
    /** Intact, but its content breaks a rule. */
    INVALID("invalid");

    private final String words;

    Reason(String words) {
      this.words = words;
    }
  }
}
