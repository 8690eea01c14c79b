package io.foreguard.fallback;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long and how many answers known to be good are kept. Immutable. */
public final class LastKnownGoodConfig {
  private final Duration maximumAge;
  private final long maximumSize;

  private LastKnownGoodConfig(Duration maximumAge, long maximumSize) {
    this.maximumAge = maximumAge;
    this.maximumSize = maximumSize;
  }

  /**
   * Settings with this maximum age and otherwise the defaults.
   *
   * @throws IllegalArgumentException if zero, negative or longer than 73 years
   */
  public static LastKnownGoodConfig of(Duration maximumAge) {
    return builder().maximumAge(maximumAge).build();
  }

  /** A builder. The maximum age has no default and must be set. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these settings. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.maximumAge = maximumAge;
    builder.maximumSize = maximumSize;
    return builder;
  }

  /** How old an answer may be to be given again, inclusive. */
  public Duration maximumAge() {
    return maximumAge;
  }

  /** How many answers the built-in store keeps. */
  public long maximumSize() {
    return maximumSize;
  }

  @Override
  public String toString() {
    return "LastKnownGoodConfig[maximumAge=" + maximumAge + ", maximumSize=" + maximumSize + ']';
  }

  /** Collects settings. Not thread-safe: owned by the code that builds. */
  public static final class Builder {
    private @Nullable Duration maximumAge;
    private long maximumSize = 10_000;

    private Builder() {}

    /**
     * Sets how old an answer may be to be given again, inclusive. No default: only you know when an
     * old answer does more harm than none.
     *
     * @throws IllegalArgumentException if zero, negative or longer than 73 years
     */
    @CanIgnoreReturnValue
    public Builder maximumAge(Duration age) {
      maximumAge = Require.positive(age, "maximumAge");
      return this;
    }

    /**
     * Sets how many answers, one for each key, the built-in store keeps. Default 10,000. A store of
     * your own bounds itself.
     *
     * @throws IllegalArgumentException if less than 1
     */
    @CanIgnoreReturnValue
    public Builder maximumSize(long answers) {
      maximumSize = Require.that(answers >= 1, "maximumSize", "at least 1", answers);
      return this;
    }

    /**
     * The settings collected so far.
     *
     * @throws IllegalArgumentException if the maximum age is not set
     */
    public LastKnownGoodConfig build() {
      Duration age = maximumAge;
      if (age == null) {
        throw new IllegalArgumentException("maximumAge must be set, but was not");
      }
      return new LastKnownGoodConfig(age, maximumSize);
    }
  }
}
