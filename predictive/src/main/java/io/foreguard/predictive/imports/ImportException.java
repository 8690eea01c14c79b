package io.foreguard.predictive.imports;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A model made by another tool is refused; the message says why, at which byte or part of the file,
 * and what was expected and found there.
 */
public final class ImportException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Why the model is refused. */
  private final Reason reason;

  /** Where the fault lies. */
  private final String place;

  ImportException(
      String source, Reason reason, String place, String problem, @Nullable Throwable cause) {
    super(source + ": " + reason.words + " (" + place + "): " + problem, cause);
    this.reason = reason;
    this.place = place;
  }

  /** Why the model is refused. */
  public Reason reason() {
    return reason;
  }

  /**
   * Where the fault lies: {@code byte 17}, or the path of a part such as {@code learner.trees[3]}.
   */
  public String place() {
    return place;
  }

  /** Why a model is refused. */
  public enum Reason {
    /** There is no such file. */
    MISSING("missing"),
    /** It is there but could not be read. */
    UNREADABLE("unreadable"),
    /** Larger, deeper or with more parts than a model may have. */
    OVERSIZED("oversized"),
    /** No format that is known here. */
    UNKNOWN_FORMAT("not a model that can be imported"),
    /** It is broken, or ends too early. */
    MALFORMED("malformed"),
    /** Well formed, but its content breaks a rule. */
    INVALID("invalid"),
    /** A model of a kind that is not supported. */
    UNSUPPORTED("not supported"),
    /** Its features are not those of the schema. */
    OTHER_FEATURES("of other features");

    private final String words;

    Reason(String words) {
      this.words = words;
    }
  }
}
