package io.foreguard.predictive.calls;

import io.foreguard.evidence.Outcome;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the values of a status column say of how calls ended. Not thread-safe: it remembers. */
final class StatusWords {
  private static final Map<String, Outcome> WORDS = words();
  private static final int MOST_REMEMBERED = 1_000;

  private final Kind kind;
  private final Map<String, Outcome> known = new HashMap<>();

  StatusWords(String column, Map<String, Outcome> own) {
    kind = Kind.of(column.toLowerCase(Locale.ROOT));
    own.forEach((word, outcome) -> known.put(word, outcome));
  }

  /** Outcome of a value, null for one that says nothing that is known. */
  @Nullable Outcome of(@Nullable String value) {
    if (value == null) {
      return kind == Kind.ERROR ? Outcome.SUCCESS : null;
    }
    Outcome remembered = known.get(value);
    if (remembered != null) {
      return remembered;
    }
    Outcome outcome = judge(value.toLowerCase(Locale.ROOT));
    if (outcome != null && known.size() < MOST_REMEMBERED) {
      known.put(value, outcome);
    }
    return outcome;
  }

  private @Nullable Outcome judge(String value) {
    if (isNumber(value)) {
      int code = Integer.parseInt(value);
      return switch (kind) {
        case GRPC -> ofGrpc(code);
        case ERROR -> code == 0 ? Outcome.SUCCESS : code < 100 ? Outcome.FAILURE : ofHttp(code);
        case SUCCESS -> code == 0 ? Outcome.FAILURE : code == 1 ? Outcome.SUCCESS : ofHttp(code);
        case STATUS -> ofHttp(code);
      };
    }
    return switch (value) {
      case "true", "yes", "t", "y" -> kind == Kind.ERROR ? Outcome.FAILURE : Outcome.SUCCESS;
      case "false", "no", "f", "n" -> kind == Kind.ERROR ? Outcome.SUCCESS : Outcome.FAILURE;
      default -> {
        Outcome outcome = WORDS.get(value.replace('-', '_').replace(' ', '_'));
        boolean message = outcome == null && kind == Kind.ERROR;
        yield message ? Outcome.FAILURE : outcome;
      }
    };
  }

  private static boolean isNumber(String value) {
    return value.length() <= 3
        && !value.isEmpty()
        && value.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** By RFC 9110; 0 is what many tools write where no answer came. */
  private static @Nullable Outcome ofHttp(int code) {
    if (code == 0) {
      return Outcome.FAILURE;
    } else if (code < 100 || code > 599) {
      return null;
    } else if (code < 400) {
      return Outcome.SUCCESS;
    }
    return switch (code) {
      case 408, 504 -> Outcome.TIMEOUT;
      case 429, 503 -> Outcome.REJECTED;
      case 499 -> Outcome.IGNORED;
      default -> code < 500 ? Outcome.CALLER_FAULT : Outcome.FAILURE;
    };
  }

  private static @Nullable Outcome ofGrpc(int code) {
    return switch (code) {
      case 0 -> Outcome.SUCCESS;
      case 1 -> Outcome.IGNORED;
      case 3, 5, 6, 7, 9, 11, 16 -> Outcome.CALLER_FAULT;
      case 4 -> Outcome.TIMEOUT;
      case 8, 14 -> Outcome.REJECTED;
      case 2, 10, 12, 13, 15 -> Outcome.FAILURE;
      default -> null;
    };
  }

  private static Map<String, Outcome> words() {
    Map<String, Outcome> words = new HashMap<>();
    for (Outcome outcome : Outcome.values()) {
      words.put(outcome.name().toLowerCase(Locale.ROOT), outcome);
    }
    put(words, Outcome.SUCCESS, "ok succeeded successful pass passed unset");
    put(words, Outcome.SLOW_SUCCESS, "slow");
    put(words, Outcome.FAILURE, "error fail failed exception internal unknown aborted data_loss");
    put(words, Outcome.TIMEOUT, "timed_out time_out deadline_exceeded late");
    put(words, Outcome.REJECTED, "throttled unavailable resource_exhausted overloaded");
    put(words, Outcome.CALLER_FAULT, "invalid_argument not_found already_exists");
    put(words, Outcome.CALLER_FAULT, "permission_denied unauthenticated failed_precondition");
    put(words, Outcome.IGNORED, "cancelled canceled");
    return words;
  }

  private static void put(Map<String, Outcome> words, Outcome outcome, String list) {
    for (String word : list.split(" ", -1)) {
      words.put(word, outcome);
    }
  }

  /** What a column's name says of its values. */
  private enum Kind {
    STATUS,
    GRPC,
    ERROR,
    SUCCESS;

    static Kind of(String column) {
      if (column.contains("grpc")) {
        return GRPC;
      } else if (column.contains("error") || column.contains("fail") || column.equals("late")) {
        return ERROR;
      }
      return column.contains("success") || column.equals("ok") ? SUCCESS : STATUS;
    }
  }
}
