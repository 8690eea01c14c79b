package io.foreguard.spring.endpoint;

import io.foreguard.internal.Require;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the endpoint keeps and shows.
 *
 * @param events Changes of each circuit breaker that are kept, and as many rejections, from 1 to
 *     10000.
 * @param view The live view, a page for people.
 */
@ConfigurationProperties("management.endpoint.foreguard")
record ForeguardEndpointProperties(@DefaultValue("100") int events, @DefaultValue View view) {
  ForeguardEndpointProperties {
    Require.inRange(events, 1, 10_000, "events");
  }

  /**
   * The live view.
   *
   * @param enabled Whether to serve the live view to browsers where the endpoint is.
   * @param maxClients Pages that are kept up to date at the same time, from 1 to 1000. Further ones
   *     are told to try again later.
   */
  record View(@DefaultValue("false") boolean enabled, @DefaultValue("20") int maxClients) {
    View {
      Require.inRange(maxClients, 1, 1000, "max-clients");
    }
  }
}
