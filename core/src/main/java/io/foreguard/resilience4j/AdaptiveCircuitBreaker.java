package io.foreguard.resilience4j;

import io.foreguard.internal.Require;
import io.foreguard.time.Clock;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.TransitionCheckResult;
import io.github.resilience4j.circuitbreaker.ResultRecordedAsFailureException;
import io.github.resilience4j.core.functions.Either;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A Resilience4j circuit breaker that Foreguard decides for: whatever is written for Resilience4j's
 * works with it, and callers see the same states, events, numbers and exceptions.
 *
 * <pre>{@code
 * CircuitBreaker breaker = AdaptiveCircuitBreaker.of("loyalty", CircuitBreakerConfig.ofDefaults());
 * Profile profile = breaker.executeSupplier(() -> client.profile(customer));
 * }</pre>
 *
 * <p>What the predictive policy makes of the settings, and where the classic one departs from
 * Resilience4j, is in {@code docs/migrating-from-resilience4j.md}. Thread-safe.
 */
public final class AdaptiveCircuitBreaker implements CircuitBreaker {
  private final String name;
  private final CircuitBreakerConfig config;
  private final Map<String, String> tags;
  private final Clock clock;
  private final CallTimer callTimer;
  private final Voice voice;
  private final Engine engine;

  private AdaptiveCircuitBreaker(
      String name, CircuitBreakerConfig config, AdapterConfig adapter, Map<String, String> tags) {
    this.name = Require.nonNull(name, "name");
    this.config = Require.nonNull(config, "Config");
    this.tags = Require.nonNull(tags, "Tags");
    Optional<Clock> given = Require.nonNull(adapter, "adapter").clock();
    clock = given.orElseGet(() -> SteadyClock.of(config.getClock()));
    callTimer = given.isPresent() ? CallTimer.of(config, clock) : CallTimer.of(config);
    voice = new Voice(name, this::getState);
    engine = adapter.isClassic() ? classic(adapter) : predictive(adapter);
  }

  /** A breaker that decides by success probabilities, with Foreguard's default settings. */
  public static AdaptiveCircuitBreaker of(String name, CircuitBreakerConfig config) {
    return of(name, config, AdapterConfig.predictive());
  }

  /** A breaker that decides as {@code adapter} says. */
  public static AdaptiveCircuitBreaker of(
      String name, CircuitBreakerConfig config, AdapterConfig adapter) {
    return of(name, config, adapter, Map.of());
  }

  /** A breaker that decides as {@code adapter} says, with tags for metrics. */
  public static AdaptiveCircuitBreaker of(
      String name, CircuitBreakerConfig config, AdapterConfig adapter, Map<String, String> tags) {
    return new AdaptiveCircuitBreaker(name, config, adapter, tags);
  }

  /**
   * Foreguard's breaker behind this one, to explain its decisions and follow its events; empty
   * under the classic policy.
   */
  public Optional<io.foreguard.circuitbreaker.CircuitBreaker> foreguard() {
    return engine instanceof PredictiveEngine predictive
        ? Optional.of(predictive.breaker())
        : Optional.empty();
  }

  @Override
  public boolean tryAcquirePermission() {
    boolean admitted = engine.admit();
    if (!admitted) {
      voice.refused();
    }
    return admitted;
  }

  @Override
  public void acquirePermission() {
    if (!engine.admit()) {
      CallNotPermittedException refusal =
          CallNotPermittedException.createCallNotPermittedException(this);
      voice.refused();
      throw refusal;
    }
  }

  @Override
  public void releasePermission() {
    engine.release();
  }

  @Override
  public void onError(long duration, TimeUnit durationUnit, Throwable throwable) {
    Throwable error = unwrap(throwable);
    if (holds(config.getIgnoreExceptionPredicate(), error, duration, durationUnit)) {
      engine.ignored(duration, durationUnit);
      voice.ignored(duration, durationUnit, error);
      return;
    }
    if (holds(config.getRecordExceptionPredicate(), error, duration, durationUnit)) {
      voice.failed(duration, durationUnit, error);
      engine.failed(duration, durationUnit, error);
    } else {
      onSuccess(duration, durationUnit);
    }
    checkTransition(Either.right(error));
  }

  @Override
  public void onSuccess(long duration, TimeUnit durationUnit) {
    voice.succeeded(duration, durationUnit);
    engine.succeeded(duration, durationUnit);
  }

  @Override
  public void onResult(long duration, TimeUnit durationUnit, @Nullable Object result) {
    if (result != null
        && holds(config.getRecordResultPredicate(), result, duration, durationUnit)) {
      Throwable failure = new ResultRecordedAsFailureException(name, result);
      voice.failed(duration, durationUnit, failure);
      engine.failed(duration, durationUnit, failure);
      return;
    }
    onSuccess(duration, durationUnit);
    if (result != null) {
      checkTransition(Either.left(result));
    }
  }

  @Override
  public void reset() {
    engine.reset();
  }

  @Override
  public void transitionToClosedState() {
    engine.transitionTo(State.CLOSED);
  }

  @Override
  public void transitionToOpenState() {
    engine.transitionTo(State.OPEN);
  }

  @Override
  public void transitionToOpenStateFor(Duration waitDuration) {
    engine.openFor(Duration.ofMillis(waitDuration.toMillis()));
  }

  @Override
  public void transitionToOpenStateUntil(Instant waitUntil) {
    engine.openFor(until(waitUntil));
  }

  @Override
  public void transitionToHalfOpenState() {
    engine.transitionTo(State.HALF_OPEN);
  }

  @Override
  public void transitionToDisabledState() {
    engine.transitionTo(State.DISABLED);
  }

  @Override
  public void transitionToMetricsOnlyState() {
    engine.transitionTo(State.METRICS_ONLY);
  }

  @Override
  public void transitionToForcedOpenState() {
    engine.transitionTo(State.FORCED_OPEN);
  }

  @Override
  public String getName() {
    return name;
  }

  @Override
  public State getState() {
    return engine.state();
  }

  @Override
  public CircuitBreakerConfig getCircuitBreakerConfig() {
    return config;
  }

  /** The numbers of the present state: those of an object that is kept end with its state. */
  @Override
  public Metrics getMetrics() {
    return engine.metrics();
  }

  @Override
  public Map<String, String> getTags() {
    return tags;
  }

  @Override
  public EventPublisher getEventPublisher() {
    return voice;
  }

  @Override
  public long getCurrentTimestamp() {
    return callTimer.now();
  }

  @Override
  public TimeUnit getTimestampUnit() {
    return callTimer.unit();
  }

  @Override
  public String toString() {
    return "CircuitBreaker '" + name + "'";
  }

  private Engine classic(AdapterConfig adapter) {
    Duration lease = adapter.circuitBreaker().permitLease();
    return new ClassicEngine(name, config, voice, clock, callTimer, lease);
  }

  private Engine predictive(AdapterConfig adapter) {
    io.foreguard.circuitbreaker.CircuitBreakerConfig base = adapter.circuitBreaker();
    EpochClock windowClock = new EpochClock(clock);
    Engine predictive =
        new PredictiveEngine(
            io.foreguard.circuitbreaker.CircuitBreaker.of(
                name, ConfigMapping.predictive(config, base), clock),
            base.classifier(),
            voice,
            () -> CallWindow.sliding(config, windowClock),
            callTimer.slackNanos());
    State initial = Since24.initialState(config);
    if (initial == State.HALF_OPEN) {
      predictive.transitionTo(State.OPEN); // Resilience4j knows no way there from CLOSED
    }
    if (initial != State.CLOSED) {
      predictive.transitionTo(initial);
    }
    return predictive;
  }

  /** Asks a predicate of the user's; when it throws, the call has brought no evidence. */
  private <T> boolean holds(Predicate<? super T> predicate, T value, long duration, TimeUnit unit) {
    try {
      return predicate.test(value);
    } catch (Throwable t) {
      engine.ignored(duration, unit);
      throw t;
    }
  }

  private void checkTransition(Either<Object, Throwable> result) {
    TransitionCheckResult check = config.getTransitionOnResult().apply(result);
    if (check.isTransitionToOpen()) {
      Instant until = check.getWaitUntil();
      engine.openOnResult(until == null ? check.getWaitDuration() : until(until));
    }
  }

  private Duration until(Instant instant) {
    return Duration.between(clock.wallTime(), instant);
  }

  private static Throwable unwrap(Throwable thrown) {
    boolean wraps = thrown instanceof CompletionException || thrown instanceof ExecutionException;
    Throwable cause = thrown.getCause();
    return wraps && cause != null ? cause : thrown;
  }
}
