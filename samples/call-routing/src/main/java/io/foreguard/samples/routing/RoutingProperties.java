package io.foreguard.samples.routing;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings under {@code sample}.
 *
 * @param protection what stands between this service and loyalty-lookup
 * @param loyaltyUrl where loyalty-lookup listens
 * @param timeout the longest wait for loyalty-lookup; when absent, 2 s without protection and 1 s
 *     with one
 * @param maxAge the oldest tier that is still used when loyalty-lookup fails
 */
@ConfigurationProperties("sample")
record RoutingProperties(
    @DefaultValue("foreguard") Protection protection,
    URI loyaltyUrl,
    @Nullable Duration timeout,
    @DefaultValue("1h") Duration maxAge) {

  RoutingProperties {
    requirePositive("sample.timeout", timeout);
    requirePositive("sample.max-age", maxAge);
  }

  /** The time-out in force. */
  Duration effectiveTimeout() {
    if (timeout != null) {
      return timeout;
    }
    return Duration.ofSeconds(protection == Protection.NONE ? 2 : 1);
  }

  private static void requirePositive(String name, @Nullable Duration value) {
    if (value != null && (value.isNegative() || value.isZero())) {
      throw new IllegalArgumentException(name + " must be longer than zero, but was " + value);
    }
  }
}
