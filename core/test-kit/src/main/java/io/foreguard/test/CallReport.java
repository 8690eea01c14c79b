package io.foreguard.test;

import io.foreguard.CallRejectedException;
import io.foreguard.fallback.Answer;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What came of one call that a {@link GuardProbe} made. Immutable, as far as its value is.
 *
 * @param <T> type of the value
 */
public final class CallReport<T extends @Nullable Object> {
  private final GuardProbe probe;
  private final long number;
  private final Duration startedAt;
  private final Duration took;
  private final long sent;
  private final @Nullable T value;
  private final @Nullable Exception failure;
  private final Provenance provenance;

  CallReport(
      GuardProbe probe,
      long number,
      Duration startedAt,
      Duration took,
      long sent,
      @Nullable T value,
      @Nullable Exception failure,
      Provenance provenance) {
    this.probe = probe;
    this.number = number;
    this.startedAt = startedAt;
    this.took = took;
    this.sent = sent;
    this.value = value;
    this.failure = failure;
    this.provenance = provenance;
  }

  /** The probe that made the call. */
  public GuardProbe probe() {
    return probe;
  }

  /** Number of the call among those of its probe, 1 for the first. */
  public long number() {
    return number;
  }

  /** Virtual time at which the call started. */
  public Duration startedAt() {
    return startedAt;
  }

  /** Virtual time that the call took. */
  public Duration took() {
    return took;
  }

  /** Attempts that the guard let through meanwhile. */
  public long sent() {
    return sent;
  }

  /** The value; of an {@link Answer} its value. Null if the call failed or gave null. */
  public @Nullable Object value() {
    return value instanceof Answer<?> answer ? answer.value() : value;
  }

  /** What the code under test returned; null if it failed or returned null. */
  public @Nullable T returned() {
    return value;
  }

  /** What the code under test threw; empty if it returned. */
  public Optional<Exception> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * What the guarded call failed with, whether or not a watched fallback answered in its place;
   * empty if it succeeded.
   */
  public Optional<Throwable> cause() {
    return Optional.ofNullable(provenance.cause);
  }

  /** The refusal by the breaker or a bulkhead, whether or not a fallback answered; else empty. */
  public Optional<CallRejectedException> rejection() {
    return GuardProbe.rejection(provenance.cause);
  }

  /** Where the value came from; empty if the call failed. */
  public Optional<Answer.Source> source() {
    return failure == null ? Optional.of(provenance.source) : Optional.empty();
  }

  /** Age of a stale value; zero otherwise. */
  public Duration age() {
    return provenance.age;
  }

  @Override
  public String toString() {
    return "CallReport[" + words() + ']';
  }

  /** The call in words, for messages. */
  String words() {
    String end;
    if (failure != null) {
      end = "failed with " + failure;
    } else {
      end = "answered " + value() + " (" + provenance.words() + ')';
    }
    return "#" + number + " " + end + " in " + Times.words(took) + ", sent " + sent + " times";
  }

  /** Where an answer came from and what it took the place of. */
  record Provenance(Answer.Source source, Duration age, @Nullable Throwable cause) {
    String words() {
      return switch (source) {
        case FRESH -> "fresh";
        case STALE -> "stale, age " + Times.words(age);
        case DEFAULT -> "made up";
      };
    }
  }
}
