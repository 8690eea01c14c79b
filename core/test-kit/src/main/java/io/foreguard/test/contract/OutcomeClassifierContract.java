package io.foreguard.test.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.CallRejectedException;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.OutcomeClassifier;
import io.foreguard.timeout.TimeoutExceededException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link OutcomeClassifier} must do. Not thread-safe: JUnit makes one for each test. */
public abstract class OutcomeClassifierContract {
  private static final List<Throwable> COMMON =
      List.of(
          new IllegalStateException("failed"),
          new IOException("connection refused"),
          new TimeoutException("late"),
          new SocketTimeoutException("late"),
          new TimeoutExceededException("dependency", Duration.ofSeconds(1)),
          new RuntimeException(new IOException("reset")),
          new RuntimeException((String) null),
          new StackOverflowError(),
          new AssertionError("failed"));

  /** Creates the contract; JUnit does. */
  protected OutcomeClassifierContract() {}

  /** The classifier. */
  protected abstract OutcomeClassifier classifier();

  /** Results that the guarded calls return, beside those that every classifier is shown. */
  protected List<Object> results() {
    return List.of();
  }

  /** What the guarded calls throw, beside what every classifier is shown. */
  protected List<Throwable> failures() {
    return List.of();
  }

  /** It names an outcome for whatever is returned, and leaves slowness to the breaker. */
  @Test
  public void namesAnOutcomeForEachResult() {
    OutcomeClassifier classifier = classifier();

    for (@Nullable Object result : shownResults()) {
      assertThat(classifier.classify(result, null))
          .as("outcome of %s", result)
          .isNotNull()
          .isNotEqualTo(Outcome.SLOW_SUCCESS);
    }
  }

  /** It names an outcome for whatever is thrown, and takes none for a success. */
  @Test
  public void namesAnOutcomeForEachFailure() {
    OutcomeClassifier classifier = classifier();

    for (Throwable failure : Stream.concat(COMMON.stream(), failures().stream()).toList()) {
      Outcome outcome = classifier.classify(null, failure);
      assertThat(outcome).as("outcome of %s", failure).isNotNull();
    }
  }

  /**
   * Refusals by a guard within, cancellations and interruptions are not held against the
   * dependency, which they say nothing about: a circuit that counts refusals as failures stays
   * open.
   */
  @Test
  public void doesNotBlameTheDependencyForWhatItDidNotDo() {
    OutcomeClassifier classifier = classifier();

    for (Throwable thrown :
        List.of(refusal(), new CancellationException(), new InterruptedException())) {
      assertThat(classifier.classify(null, thrown).isEvidence())
          .as("whether %s is evidence", thrown)
          .isFalse();
    }
  }

  /** Asked again, and by many threads, it answers the same. */
  @Test
  public void answersTheSameEachTime() {
    OutcomeClassifier classifier = classifier();
    List<Outcome> first = COMMON.stream().map(f -> classifier.classify(null, f)).toList();

    Crowd.run(
        (thread, round) -> {
          int i = round % COMMON.size();
          assertThat(classifier.classify(null, COMMON.get(i))).isEqualTo(first.get(i));
        });
  }

  private List<@Nullable Object> shownResults() {
    Stream<@Nullable Object> usual =
        Arrays.<@Nullable Object>asList(null, "", "ok", 0, true).stream();
    return Stream.concat(usual, results().stream()).toList();
  }

  private static CallRejectedException refusal() {
    CircuitBreaker breaker = CircuitBreaker.of("within");
    breaker.transitionToOpen();
    try {
      String unused = breaker.call(() -> "unreached");
    } catch (CallRejectedException e) {
      return e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    throw new AssertionError("a circuit that was opened by hand let a call through");
  }
}
