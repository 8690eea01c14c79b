package io.foreguard.test.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.CallRejectedException;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.CircuitOpenException;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.circuitbreaker.Permit;
import io.foreguard.circuitbreaker.State;
import io.foreguard.circuitbreaker.TripPolicy;
import io.foreguard.evidence.OutcomeClassifier;
import io.foreguard.test.ScriptedDependency;
import io.foreguard.test.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What a breaker must do under every {@link TripPolicy}: for the settings a team has chosen, that
 * they protect and let go. Ten calls a second, each of 20 ms. Not thread-safe: JUnit makes one for
 * each test.
 */
public abstract class TripPolicyContract {
  private static final Duration INTERVAL = Duration.ofMillis(100);
  private static final int HOUR = 36_000;

  private final VirtualTime time = VirtualTime.create();
  private final ScriptedDependency dependency =
      ScriptedDependency.of("dependency", time).taking(Duration.ofMillis(20));

  /** Creates the contract; JUnit does. */
  protected TripPolicyContract() {}

  /** The policy with the settings to test. */
  protected abstract TripPolicy policy();

  /** It has a name that can be shown. */
  @Test
  public void hasAName() {
    assertThat(policy().name()).isNotBlank().hasSizeLessThanOrEqualTo(256);
  }

  /** While all calls succeed, none is refused. */
  @Test
  public void refusesNothingWhileAllIsWell() {
    CircuitBreaker breaker = breaker(CircuitBreakerConfig.builder());

    assertThat(refusals(breaker, 5_000)).isEmpty();
    assertThat(breaker.admissionShare()).isEqualTo(1);
  }

  /** When all calls fail, most are refused, and each refusal says why and when to come back. */
  @Test
  public void refusesMostCallsThatWouldFail() {
    CircuitBreaker breaker = breaker(CircuitBreakerConfig.builder());
    assertThat(refusals(breaker, 1_000)).isEmpty();
    dependency.failing();

    List<CallRejectedException> refusals = refusals(breaker, 5_000);

    assertThat(refusals).as("refusals of 5,000 calls").hasSizeGreaterThan(2_500);
    assertThat(refusals)
        .allSatisfy(
            refusal -> {
              assertThat(refusal.retryAfter()).isGreaterThanOrEqualTo(Duration.ZERO);
              assertThat(refusal.source()).isEqualTo("dependency");
              assertThat(refusal.getMessage()).contains(policy().name());
            });
    assertThat(breaker.admissionShare()).isBetween(0.0, 1.0);
    assertThat(breaker.explain().policy()).isEqualTo(policy().name());
  }

  /** Within an hour of the end of an outage every call is let through again. */
  @Test
  public void letsEverythingThroughAfterARecovery() {
    CircuitBreaker breaker = breaker(CircuitBreakerConfig.builder());
    assertThat(refusals(breaker, 1_000)).isEmpty();
    dependency.failing();
    assertThat(refusals(breaker, 3_000)).isNotEmpty();

    dependency.recovering();
    List<CallRejectedException> unused = refusals(breaker, HOUR);

    assertThat(breaker.state()).isEqualTo(State.CLOSED);
    assertThat(refusals(breaker, 100)).isEmpty();
  }

  /** Calls that went wrong for the caller's fault, or that are no evidence, close nothing. */
  @Test
  public void opensForNoFaultOfTheCaller() {
    OutcomeClassifier classifier =
        OutcomeClassifier.standard()
            .callerFaultIf(IllegalArgumentException.class::isInstance)
            .ignoreIf(IllegalStateException.class::isInstance);
    CircuitBreaker breaker = breaker(CircuitBreakerConfig.builder().classifier(classifier));
    assertThat(refusals(breaker, 100)).isEmpty();

    dependency.failing(new IllegalArgumentException("no such customer"));
    assertThat(refusals(breaker, 2_000)).isEmpty();
    dependency.failing(new IllegalStateException("not evidence"));
    assertThat(refusals(breaker, 2_000)).isEmpty();
  }

  /** Permits that nobody gives back, of probes above all, do not keep the circuit open. */
  @Test
  public void survivesPermitsThatAreLost() {
    CircuitBreaker breaker =
        breaker(CircuitBreakerConfig.builder().permitLease(Duration.ofSeconds(10)));
    dependency.failing();
    assertThat(refusals(breaker, 3_000)).isNotEmpty();
    for (int i = 0; i < 600; i++) {
      Optional<Permit> lost = breaker.tryAcquire();
      time.advance(INTERVAL.multipliedBy(lost.isPresent() ? 2 : 1));
    }

    dependency.recovering();
    List<CallRejectedException> unused = refusals(breaker, HOUR);

    assertThat(breaker.state()).isEqualTo(State.CLOSED);
  }

  /** In shadow mode no call is refused, and those that would have been are counted. */
  @Test
  public void refusesNothingInShadowMode() {
    CircuitBreaker breaker = breaker(CircuitBreakerConfig.builder().mode(Mode.SHADOW));
    dependency.failing();

    assertThat(refusals(breaker, 3_000)).isEmpty();
    assertThat(breaker.metrics().shadowRejected()).isPositive();
  }

  /** One policy serves many breakers: one that is open leaves the others as they are. */
  @Test
  public void servesManyBreakers() {
    TripPolicy policy = policy();
    CircuitBreaker bad = CircuitBreaker.of("bad", config(policy), time);
    CircuitBreaker good = CircuitBreaker.of("good", config(policy), time);
    ScriptedDependency well = ScriptedDependency.of("good", time);
    dependency.failing();

    assertThat(refusals(bad, dependency, 3_000)).isNotEmpty();
    assertThat(refusals(good, well, 500)).isEmpty();
  }

  /** Used by many threads it throws nothing but refusals, and gives every permit back. */
  @Test
  public void isThreadSafe() {
    CircuitBreaker breaker = breaker(CircuitBreakerConfig.builder());

    Crowd.run(
        (thread, round) -> {
          try {
            String unused = breaker.call(() -> answer(round));
          } catch (CircuitOpenException | IllegalStateException e) {
            time.advance(Duration.ofMillis(10));
          }
        });

    assertThat(breaker.metrics().inFlight()).isZero();
  }

  private static String answer(int round) {
    if (round / 100 % 2 == 1) {
      throw new IllegalStateException("failed");
    }
    return "answer";
  }

  private CircuitBreaker breaker(CircuitBreakerConfig.Builder config) {
    return CircuitBreaker.of("dependency", config.policy(policy()).build(), time);
  }

  private static CircuitBreakerConfig config(TripPolicy policy) {
    return CircuitBreakerConfig.builder().policy(policy).build();
  }

  private List<CallRejectedException> refusals(CircuitBreaker breaker, int calls) {
    return refusals(breaker, dependency, calls);
  }

  private List<CallRejectedException> refusals(
      CircuitBreaker breaker, ScriptedDependency called, int calls) {
    List<CallRejectedException> refusals = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      @Nullable Exception thrown = thrown(breaker, called);
      if (thrown instanceof CallRejectedException refusal) {
        refusals.add(refusal);
      }
      time.advance(INTERVAL);
    }
    return refusals;
  }

  private static @Nullable Exception thrown(CircuitBreaker breaker, ScriptedDependency called) {
    try {
      String unused = breaker.call(() -> called.answer("answer"));
      return null;
    } catch (Exception e) {
      return e;
    }
  }
}
