package io.foreguard.samples.routing;

import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

/** The service loyalty-lookup over HTTP, without any protection but a time-out. */
@Component
class LoyaltyApi {
  private final RestClient http;

  LoyaltyApi(RestClient.Builder builder, RoutingProperties properties) {
    Duration timeout = properties.effectiveTimeout();
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeout)
            .build();
    JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory(client);
    requests.setReadTimeout(timeout);
    this.http =
        builder.baseUrl(properties.loyaltyUrl().toString()).requestFactory(requests).build();
  }

  /**
   * The profile of a customer.
   *
   * @throws CustomerNotFoundException if loyalty-lookup answers 404
   * @throws org.springframework.web.client.RestClientResponseException if it answers another error
   * @throws IOException if there is no complete answer in time
   */
  Profile profile(String customerId, String callId) throws IOException {
    try {
      Profile profile =
          http.get()
              .uri("/customers/{id}/profile", customerId)
              .header("X-Request-Id", callId)
              .retrieve()
              .body(Profile.class);
      if (profile == null || profile.tier() == null) {
        throw new IOException("loyalty-lookup answered without a tier");
      }
      return profile;
    } catch (HttpClientErrorException.NotFound e) {
      throw new CustomerNotFoundException(customerId);
    } catch (ResourceAccessException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /**
   * What loyalty-lookup answers, as far as this service reads it.
   *
   * @param source whether the points in it are fresh or stale
   * @param decision what the protection in loyalty-lookup did with its own call
   */
  record Profile(
      @Nullable String name,
      @Nullable Tier tier,
      @Nullable Source source,
      double ageSeconds,
      @Nullable Decision decision) {

    /** How old the points in it were when it was answered. */
    Duration age() {
      return Duration.ofMillis(Math.round(1000 * ageSeconds));
    }
  }
}
