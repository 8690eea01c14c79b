package io.foreguard.test.assertion;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.fallback.Answer;
import io.foreguard.test.GuardProbe;
import java.time.Duration;
import java.util.Optional;
import org.assertj.core.api.AbstractObjectAssert;

/** Assertions on everything that a probe saw since it was made. Not thread-safe. */
public final class GuardProbeAssert extends AbstractObjectAssert<GuardProbeAssert, GuardProbe> {
  GuardProbeAssert(GuardProbe actual) {
    super(actual, GuardProbeAssert.class);
  }

  /** Verifies how many attempts the guard let through. */
  @CanIgnoreReturnValue
  public GuardProbeAssert sent(long attempts) {
    isNotNull();
    return check(actual.sent() == attempts, "send " + attempts + " attempts", actual.sent());
  }

  /** Verifies that the guard let through at most so many attempts. */
  @CanIgnoreReturnValue
  public GuardProbeAssert sentAtMost(long attempts) {
    isNotNull();
    long is = actual.sent();
    return check(is <= attempts, "send at most " + attempts + " attempts", is);
  }

  /** Verifies that the guard let through at least so many attempts. */
  @CanIgnoreReturnValue
  public GuardProbeAssert sentAtLeast(long attempts) {
    isNotNull();
    long is = actual.sent();
    return check(is >= attempts, "send at least " + attempts + " attempts", is);
  }

  /** Verifies how many attempts the guard refused. */
  @CanIgnoreReturnValue
  public GuardProbeAssert rejected(long attempts) {
    isNotNull();
    long is = actual.rejected();
    return check(is == attempts, "reject " + attempts + " attempts", is);
  }

  /** Verifies that the guard refused at least so many attempts. */
  @CanIgnoreReturnValue
  public GuardProbeAssert rejectedAtLeast(long attempts) {
    isNotNull();
    long is = actual.rejected();
    return check(is >= attempts, "reject at least " + attempts + " attempts", is);
  }

  /** Verifies how many further attempts the retry made. */
  @CanIgnoreReturnValue
  public GuardProbeAssert retried(long attempts) {
    isNotNull();
    return check(actual.retries() == attempts, "retry " + attempts + " times", actual.retries());
  }

  /** Verifies how many attempts ran out of time. */
  @CanIgnoreReturnValue
  public GuardProbeAssert timedOut(long attempts) {
    isNotNull();
    long is = actual.timeouts();
    return check(is == attempts, "run out of time " + attempts + " times", is);
  }

  /** Verifies how many calls a watched fallback answered from {@code source}. */
  @CanIgnoreReturnValue
  public GuardProbeAssert served(long calls, Answer.Source source) {
    isNotNull();
    long is = actual.served(source);
    return check(is == calls, "answer " + calls + " calls from " + source, is);
  }

  /** Verifies that the circuit has not opened. */
  @CanIgnoreReturnValue
  public GuardProbeAssert hasNotOpened() {
    isNotNull();
    Optional<Duration> opened = actual.firstOpened();
    return check(opened.isEmpty(), "leave the circuit closed", openedWords(opened));
  }

  /** Verifies that the circuit opened at {@code latest} of virtual time, or before. */
  @CanIgnoreReturnValue
  public GuardProbeAssert hasOpenedBy(Duration latest) {
    isNotNull();
    Optional<Duration> opened = actual.firstOpened();
    boolean is = opened.filter(at -> at.compareTo(latest) <= 0).isPresent();
    return check(is, "open the circuit by " + Checks.words(latest), openedWords(opened));
  }

  /** Assertions on the guard's breaker. */
  public CircuitBreakerAssert circuitBreaker() {
    isNotNull();
    return new CircuitBreakerAssert(actual.guard().circuitBreaker(), actual.history());
  }

  private static String openedWords(Optional<Duration> opened) {
    return opened.map(at -> "opened at " + Checks.words(at)).orElse("not opened");
  }

  private GuardProbeAssert check(boolean ok, String expected, Object was) {
    if (!ok) {
      String subject = "guard '" + actual.guard().name() + '\'';
      failWithMessage("%s", Checks.message(subject, expected, was, actual.history()));
    }
    return this;
  }
}
