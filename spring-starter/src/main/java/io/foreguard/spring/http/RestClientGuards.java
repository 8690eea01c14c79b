package io.foreguard.spring.http;

import io.foreguard.guard.Guard;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.GuardFactory;
import io.foreguard.spring.NotRepeatableException;
import io.foreguard.time.Clock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Guards the requests of a {@code RestClient} or {@code RestTemplate}. A bean of the starter.
 *
 * <pre>{@code
 * RestClient points = builder.requestInterceptor(guards.interceptor("points")).build();
 * }</pre>
 *
 * <p>An answer of 5xx or 429 is a failure of the dependency, any other 4xx the request's own fault;
 * the answer reaches the client as ever. Where the guard has a retry, a request is repeated after
 * 429, other failures of requests that are idempotent by their method, and refused connections, no
 * earlier than a {@code Retry-After} asks for. A call ends when the headers are there; bodies are
 * never read. A refusal is a {@link io.foreguard.CallRejectedException}. Thread-safe.
 */
public final class RestClientGuards {
  private final GuardFactory factory;
  private final ForeguardRegistry registry;

  RestClientGuards(GuardFactory factory, ForeguardRegistry registry) {
    this.factory = factory;
    this.registry = registry;
  }

  /** An interceptor for the requests to one dependency, by its guard's name. */
  public ClientHttpRequestInterceptor interceptor(String guard) {
    Guard guarded = factory.guard(registry, guard);
    return (request, body, execution) ->
        new Request(request, body, execution, registry.clock()).send(guarded);
  }

  /** Whether a request that failed so cannot have been carried out. */
  static boolean wasNotSent(Throwable failure) {
    return failure instanceof ConnectException || failure instanceof UnknownHostException;
  }

  /** One guarded request. */
  private static final class Request {
    private final HttpRequest request;
    private final byte[] body;
    private final ClientHttpRequestExecution execution;
    private final Clock clock;
    private volatile @Nullable ClientHttpResponse refused;

    Request(HttpRequest request, byte[] body, ClientHttpRequestExecution execution, Clock clock) {
      this.request = request;
      this.body = body;
      this.execution = execution;
      this.clock = clock;
    }

    ClientHttpResponse send(Guard guard) throws IOException {
      try {
        return guard.call(this::attempt);
      } catch (HttpStatusFailure e) {
        return (ClientHttpResponse) e.response();
      } catch (InterruptedException e) {
        drop();
        Thread.currentThread().interrupt();
        InterruptedIOException interrupted = new InterruptedIOException("Interrupted in a guard");
        interrupted.initCause(e);
        throw interrupted;
      } catch (NotRepeatableException e) {
        drop();
        if (e.getCause() instanceof IOException io) {
          throw io;
        }
        throw e;
      } catch (IOException | RuntimeException e) {
        drop();
        throw e;
      } catch (Exception e) {
        drop();
        throw new IOException(e);
      }
    }

    private ClientHttpResponse attempt() throws IOException {
      drop();
      ClientHttpResponse response;
      try {
        response = execution.execute(request, body);
      } catch (IOException e) {
        if (HttpStatusFailure.isIdempotent(request.getMethod()) || wasNotSent(e)) {
          throw e;
        }
        throw new NotRepeatableException(e);
      }
      var failure =
          HttpStatusFailure.of(
              response,
              response.getStatusCode(),
              response.getHeaders(),
              request.getMethod(),
              clock.wallTime());
      if (failure.isPresent()) {
        refused = response;
        throw failure.get();
      }
      return response;
    }

    /** Closes the answer of an earlier attempt, which nobody will read. */
    private void drop() {
      ClientHttpResponse earlier = refused;
      if (earlier != null) {
        refused = null;
        earlier.close();
      }
    }
  }
}
