package io.foreguard.circuitbreaker;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.estimation.StatisticalModel;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.evidence.OutcomeClassifier;
import io.foreguard.internal.Require;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Settings of a {@link CircuitBreaker}. Immutable. The defaults need no tuning. */
public final class CircuitBreakerConfig {
  private static final CircuitBreakerConfig DEFAULTS = builder().build();

  private final TripPolicy policy;
  private final SuccessModel model;
  private final Mode mode;
  private final OutcomeClassifier classifier;
  private final @Nullable Duration slowCallDuration;
  private final @Nullable Duration deadline;
  private final Duration permitLease;
  private final Duration modelBudget;
  private final Executor modelExecutor;
  private final int maxKeys;
  private final Duration keyIdleTime;
  private volatile @Nullable Rules rules;

  private CircuitBreakerConfig(Builder builder) {
    policy = builder.policy;
    model = builder.model;
    mode = builder.mode;
    classifier = builder.classifier;
    slowCallDuration = builder.slowCallDuration;
    deadline = builder.deadline;
    permitLease = builder.permitLease;
    modelBudget = builder.modelBudget;
    modelExecutor = builder.modelExecutor;
    maxKeys = builder.maxKeys;
    keyIdleTime = builder.keyIdleTime;
  }

  /** The default settings. */
  public static CircuitBreakerConfig defaults() {
    return DEFAULTS;
  }

  /** A builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these settings. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.policy = policy;
    builder.model = model;
    builder.mode = mode;
    builder.classifier = classifier;
    builder.slowCallDuration = slowCallDuration;
    builder.deadline = deadline;
    builder.permitLease = permitLease;
    builder.modelBudget = modelBudget;
    builder.modelExecutor = modelExecutor;
    builder.maxKeys = maxKeys;
    builder.keyIdleTime = keyIdleTime;
    return builder;
  }

  /** What follows from these settings, the same for all breakers that have them. */
  Rules rules() {
    Rules known = rules;
    if (known == null) {
      known = new Rules(this);
      rules = known;
    }
    return known;
  }

  /** What turns estimates into decisions. */
  public TripPolicy policy() {
    return policy;
  }

  /** What estimates the success probability. */
  public SuccessModel model() {
    return model;
  }

  /** The mode that the breaker starts in. */
  public Mode mode() {
    return mode;
  }

  /** What names how a call ended. */
  public OutcomeClassifier classifier() {
    return classifier;
  }

  /** Duration from which a successful call is slow; empty when none is. */
  public Optional<Duration> slowCallDuration() {
    return Optional.ofNullable(slowCallDuration);
  }

  /** Time after which an answer is of no use to the caller; empty when unknown. */
  public Optional<Duration> deadline() {
    return Optional.ofNullable(deadline);
  }

  /** Longest time that a permit is reserved for one call. */
  public Duration permitLease() {
    return permitLease;
  }

  /** Time that a model may take for one answer. */
  public Duration modelBudget() {
    return modelBudget;
  }

  /** What runs models that are not cheap. */
  public Executor modelExecutor() {
    return modelExecutor;
  }

  /** Most keys of one dimension that have a breaker of their own at the same time. */
  public int maxKeys() {
    return maxKeys;
  }

  /** Time without a call after which the breaker of a key is dropped. */
  public Duration keyIdleTime() {
    return keyIdleTime;
  }

  /** Collects settings. Not thread-safe. */
  public static final class Builder {
    private TripPolicy policy = TripPolicy.predictive();
    private SuccessModel model = StatisticalModel.instance();
    private Mode mode = Mode.ENFORCE;
    private OutcomeClassifier classifier = OutcomeClassifier.standard();
    private @Nullable Duration slowCallDuration;
    private @Nullable Duration deadline;
    private Duration permitLease = Duration.ofSeconds(60);
    private Duration modelBudget = Duration.ofMillis(50);
    private Executor modelExecutor = ModelThread.executor();
    private int maxKeys = 10_000;
    private Duration keyIdleTime = Duration.ofMinutes(10);

    private Builder() {}

    /** Sets the trip policy. Default {@link TripPolicy#predictive()}. */
    @CanIgnoreReturnValue
    public Builder policy(TripPolicy value) {
      policy = Require.nonNull(value, "policy");
      return this;
    }

    /**
     * Sets the success model. Default {@link StatisticalModel}. The predictive policy asks it; the
     * default model stays behind it: it steps in when the model abstains or fails, and overrules it
     * when calls plainly fail.
     */
    @CanIgnoreReturnValue
    public Builder model(SuccessModel value) {
      model = Require.nonNull(value, "model");
      return this;
    }

    /** Sets the mode to start in. Default {@link Mode#ENFORCE}. */
    @CanIgnoreReturnValue
    public Builder mode(Mode value) {
      mode = Require.nonNull(value, "mode");
      return this;
    }

    /** Sets what names how a call ended. Default {@link OutcomeClassifier#standard()}. */
    @CanIgnoreReturnValue
    public Builder classifier(OutcomeClassifier value) {
      classifier = Require.nonNull(value, "classifier");
      return this;
    }

    /**
     * Sets the duration from which, inclusive, a successful call counts as slow. Unset by default:
     * no call is slow.
     *
     * @throws IllegalArgumentException if zero, negative or longer than 73 years
     */
    @CanIgnoreReturnValue
    public Builder slowCallDuration(Duration value) {
      slowCallDuration = Require.positive(value, "slowCallDuration");
      return this;
    }

    /**
     * Sets the time after which an answer is of no use. The model then watches whether calls will
     * make it, and the cost of a failure is the share of it that was burned. A guard sets it from
     * its time-out. A call that is cancelled or interrupted when nine tenths of it are over counts
     * as timed out. Unset by default: costs assume two seconds, and latency alone never rejects.
     *
     * @throws IllegalArgumentException if zero, negative or longer than 73 years
     */
    @CanIgnoreReturnValue
    public Builder deadline(Duration value) {
      deadline = Require.positive(value, "deadline");
      return this;
    }

    /**
     * Sets the longest time that a permit is reserved. A call whose result has not arrived by then
     * is written off: it holds no place and its late result is counted, not judged. Default 60
     * seconds. The predictive policy gives probes shorter leases, which grow up to this.
     *
     * @throws IllegalArgumentException if zero, negative or longer than 73 years
     */
    @CanIgnoreReturnValue
    public Builder permitLease(Duration value) {
      permitLease = Require.positive(value, "permitLease");
      return this;
    }

    /**
     * Sets the time that the model may take for one answer; slower answers count as faults. Default
     * 50 milliseconds.
     *
     * @throws IllegalArgumentException if zero, negative or longer than 73 years
     */
    @CanIgnoreReturnValue
    public Builder modelBudget(Duration value) {
      modelBudget = Require.positive(value, "modelBudget");
      return this;
    }

    /** Sets what runs models that are not cheap. Default one daemon thread for all breakers. */
    @CanIgnoreReturnValue
    public Builder modelExecutor(Executor value) {
      modelExecutor = Require.nonNull(value, "modelExecutor");
      return this;
    }

    /**
     * Sets how many keys of one dimension, such as replicas, have a breaker of their own at the
     * same time; calls for further keys are judged by the dependency's breaker alone. An idle key
     * takes about a kilobyte. Default 10,000.
     *
     * @throws IllegalArgumentException if outside {@code [1, 10,000,000]}
     */
    @CanIgnoreReturnValue
    public Builder maxKeys(int value) {
      maxKeys = Require.inRange(value, 1, 10_000_000, "maxKeys");
      return this;
    }

    /**
     * Sets the time without a call after which the breaker of a key is dropped, within a quarter
     * more; after six times as long if it is open or recovering. Default 10 minutes.
     *
     * @throws IllegalArgumentException if zero, negative or longer than 73 years
     */
    @CanIgnoreReturnValue
    public Builder keyIdleTime(Duration value) {
      keyIdleTime = Require.positive(value, "keyIdleTime");
      return this;
    }

    /**
     * Builds the settings.
     *
     * @throws IllegalArgumentException if permitLease is not longer than the deadline, or
     *     slowCallDuration exceeds it: such a call would never be seen to end
     */
    public CircuitBreakerConfig build() {
      if (deadline != null) {
        Require.that(
            permitLease.compareTo(deadline) > 0,
            "permitLease",
            "longer than deadline (" + deadline + ")",
            permitLease);
        Duration slow = slowCallDuration == null ? deadline : slowCallDuration;
        Require.that(
            slow.compareTo(deadline) <= 0,
            "slowCallDuration",
            "at most deadline (" + deadline + ")",
            slow);
      }
      return new CircuitBreakerConfig(this);
    }
  }
}
