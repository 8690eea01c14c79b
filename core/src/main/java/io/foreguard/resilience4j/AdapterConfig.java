package io.foreguard.resilience4j;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.ClassicPolicy;
import io.foreguard.circuitbreaker.TripPolicy;
import io.foreguard.internal.Require;
import io.foreguard.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What decides behind Resilience4j's interface, beside the settings that Resilience4j knows.
 * Immutable.
 */
public final class AdapterConfig {
  private static final AdapterConfig PREDICTIVE = builder().build();
  private static final AdapterConfig CLASSIC =
      builder()
          .circuitBreaker(CircuitBreakerConfig.builder().policy(TripPolicy.classic()).build())
          .build();

  private final CircuitBreakerConfig circuitBreaker;
  private final @Nullable Clock clock;

  private AdapterConfig(Builder builder) {
    circuitBreaker = builder.circuitBreaker;
    clock = builder.clock;
  }

  /** Success probabilities decide, with Foreguard's default settings. */
  public static AdapterConfig predictive() {
    return PREDICTIVE;
  }

  /** The fixed thresholds of the Resilience4j configuration decide, as Resilience4j documents. */
  public static AdapterConfig classic() {
    return CLASSIC;
  }

  /** A builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these settings. */
  public Builder toBuilder() {
    Builder builder = builder().circuitBreaker(circuitBreaker);
    builder.clock = clock;
    return builder;
  }

  /** Settings of what decides. */
  public CircuitBreakerConfig circuitBreaker() {
    return circuitBreaker;
  }

  /** The time that breakers live by; empty when it is that of the Resilience4j configuration. */
  public Optional<Clock> clock() {
    return Optional.ofNullable(clock);
  }

  @Override
  public String toString() {
    return "AdapterConfig{" + circuitBreaker.policy().name() + "}";
  }

  boolean isClassic() {
    return circuitBreaker.policy() instanceof ClassicPolicy;
  }

  /** Collects settings. Not thread-safe. */
  public static final class Builder {
    private CircuitBreakerConfig circuitBreaker = CircuitBreakerConfig.defaults();
    private @Nullable Clock clock;

    private Builder() {}

    /**
     * Sets what decides: policy, model, mode, deadline and permit lease. What a call's failure is
     * and when it is slow stays as the Resilience4j configuration says. Under a {@link
     * ClassicPolicy} the thresholds are those of the Resilience4j configuration too, and of these
     * settings only the permit lease counts. Default {@link CircuitBreakerConfig#defaults()}.
     */
    @CanIgnoreReturnValue
    public Builder circuitBreaker(CircuitBreakerConfig value) {
      circuitBreaker = Require.nonNull(value, "circuitBreaker");
      return this;
    }

    /**
     * Sets the time that breakers live by, for tests. By default that of the Resilience4j
     * configuration: for the system's wall clock the monotonic one, which no step of the wall clock
     * disturbs, and any other clock as it is, except that it does not go back.
     */
    @CanIgnoreReturnValue
    public Builder clock(Clock value) {
      clock = Require.nonNull(value, "clock");
      return this;
    }

    /** Builds the settings. */
    public AdapterConfig build() {
      return new AdapterConfig(this);
    }
  }
}
