package io.foreguard.samples.loyalty;

import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

/** The points engine over HTTP, without any protection but a time-out. */
@Component
class PointsEngineApi {
  private final RestClient http;

  PointsEngineApi(RestClient.Builder builder, LoyaltyProperties properties) {
    Duration timeout = properties.effectiveTimeout();
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeout)
            .build();
    JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory(client);
    requests.setReadTimeout(timeout);
    this.http = builder.baseUrl(properties.pointsUrl().toString()).requestFactory(requests).build();
  }

  /**
   * The points of a customer.
   *
   * @throws CustomerNotFoundException if the engine answers 404
   * @throws org.springframework.web.client.RestClientResponseException if it answers another error
   * @throws IOException if there is no complete answer in time
   */
  int points(String customerId, String requestId) throws IOException {
    try {
      Answer answer =
          http.get()
              .uri("/points/{id}", customerId)
              .header("X-Request-Id", requestId)
              .retrieve()
              .body(Answer.class);
      if (answer == null || answer.points() == null) {
        throw new IOException("The points engine answered without points");
      }
      return answer.points();
    } catch (HttpClientErrorException.NotFound e) {
      throw new CustomerNotFoundException(customerId);
    } catch (ResourceAccessException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private record Answer(@Nullable Integer points) {}
}
