package io.foreguard.samples.routing;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A call that came in.
 *
 * @param reason why the caller calls, in free text; null when not known
 */
record InboundCall(String callId, String customerId, @Nullable String reason) {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.:-]{1,100}");
  private static final int MAX_REASON_LENGTH = 500;

  InboundCall {
    requireId("callId", callId);
    requireId("customerId", customerId);
    if (reason != null && reason.length() > MAX_REASON_LENGTH) {
      throw new InvalidCallException(
          "reason must be at most "
              + MAX_REASON_LENGTH
              + " characters, but was "
              + reason.length()
              + " characters");
    }
  }

  private static void requireId(String name, @Nullable String value) {
    if (value == null || !ID.matcher(value).matches()) {
      throw new InvalidCallException(
          name + " must be 1 to 100 letters, digits or . _ : -, but was " + quoted(value));
    }
  }

  private static String quoted(@Nullable String value) {
    return value == null ? "absent" : '"' + value + '"';
  }
}
