package io.foreguard.samples.loyalty;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings under {@code sample}.
 *
 * @param protection what stands between this service and the points engine
 * @param pointsUrl where the points engine listens
 * @param timeout the longest wait for the points engine; when absent, 2 s without protection and
 *     800 ms with one
 * @param maxAge the oldest points that are still served when the points engine fails
 */
@ConfigurationProperties("sample")
record LoyaltyProperties(
    @DefaultValue("foreguard") Protection protection,
    URI pointsUrl,
    @Nullable Duration timeout,
    @DefaultValue("10m") Duration maxAge) {

  LoyaltyProperties {
    requirePositive("sample.timeout", timeout);
    requirePositive("sample.max-age", maxAge);
  }

  /** The time-out in force. */
  Duration effectiveTimeout() {
    if (timeout != null) {
      return timeout;
    }
    return protection == Protection.NONE ? Duration.ofSeconds(2) : Duration.ofMillis(800);
  }

  private static void requirePositive(String name, @Nullable Duration value) {
    if (value != null && (value.isNegative() || value.isZero())) {
      throw new IllegalArgumentException(name + " must be longer than zero, but was " + value);
    }
  }
}
