package io.foreguard.spring.http;

import io.foreguard.evidence.Outcome;
import io.foreguard.spring.JudgedFailure;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;

/**
 * A response that a guard takes for a failure by its status. It never leaves the HTTP client: what
 * a status means to the application is the client's to say.
 */
final class HttpStatusFailure extends RuntimeException implements JudgedFailure {
  private static final long serialVersionUID = 1L;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final Set<Integer> LASTING = Set.of(501, 505);
  private static final Set<HttpMethod> IDEMPOTENT =
      Set.of(
          HttpMethod.GET,
          HttpMethod.HEAD,
          HttpMethod.PUT,
          HttpMethod.DELETE,
          HttpMethod.OPTIONS,
          HttpMethod.TRACE);

  private final transient Object response;
  private final int status;
  private final boolean repeatable;
  private final @Nullable Duration retryAfter;

  private HttpStatusFailure(
      Object response, int status, boolean repeatable, @Nullable Duration retryAfter) {
    super("HTTP status " + status, null, false, false);
    this.response = response;
    this.status = status;
    this.repeatable = repeatable;
    this.retryAfter = retryAfter;
  }

  /** What a guard is to take {@code response} for; empty where that is a success. */
  static Optional<HttpStatusFailure> of(
      Object response, HttpStatusCode status, HttpHeaders headers, HttpMethod method, Instant now) {
    if (!status.isError()) {
      return Optional.empty();
    }
    int code = status.value();
    boolean refused = code == TOO_MANY_REQUESTS;
    boolean passing = refused || (status.is5xxServerError() && !LASTING.contains(code));
    return Optional.of(
        new HttpStatusFailure(
            response,
            code,
            passing && (refused || isIdempotent(method)),
            retryAfter(headers.getFirst(HttpHeaders.RETRY_AFTER), now)));
  }

  /** Whether a request of {@code method} may be carried out twice. */
  static boolean isIdempotent(HttpMethod method) {
    return IDEMPOTENT.contains(method);
  }

  /** The response, of the client's own type. */
  Object response() {
    return response;
  }

  /** The dependency's failure, or a fault in the request. */
  @Override
  public Outcome outcome() {
    return status >= 500 || status == TOO_MANY_REQUESTS ? Outcome.FAILURE : Outcome.CALLER_FAULT;
  }

  @Override
  public boolean isRepeatable() {
    return repeatable;
  }

  /** The wait that the dependency asked for. */
  @Override
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  private static @Nullable Duration retryAfter(@Nullable String header, Instant now) {
    if (header == null) {
      return null;
    }
    String value = header.strip();
    try {
      Duration wait =
          value.matches("[0-9]{1,9}")
              ? Duration.ofSeconds(Long.parseLong(value))
              : Duration.between(
                  now,
                  ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
      return wait.isNegative() ? null : wait;
    } catch (DateTimeException | ArithmeticException e) {
      return null; // what nobody can read asks for nothing
    }
  }
}
