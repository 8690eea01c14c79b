package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.circuitbreaker.ClassicPolicy.WindowType;
import io.foreguard.evidence.Outcome;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random operations against a reference model and against what must always hold. */
class CircuitBreakerModelTest {
  private static final int SEEDS = 150;
  private static final int OPERATIONS = 600;
  private static final Outcome[] OUTCOMES = Outcome.values();

  @ParameterizedTest
  @ValueSource(longs = 20_261_122)
  void aClassicBreakerDoesWhatTheReferenceDoes(long firstSeed) {
    for (long seed = firstSeed; seed < firstSeed + SEEDS; seed++) {
      try {
        new ClassicRun(seed).run();
      } catch (Throwable t) {
        throw new AssertionError("seed " + seed, t);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = 20_261_122)
  void aBreakerOfEitherPolicyKeepsItsPromises(long firstSeed) {
    for (long seed = firstSeed; seed < firstSeed + SEEDS; seed++) {
      try {
        new AnyRun(seed, seed % 3 == 0).run();
      } catch (Throwable t) {
        throw new AssertionError("seed " + seed, t);
      }
    }
  }

  private static ClassicPolicy policy(SplittableRandom random) {
    boolean byTime = random.nextBoolean();
    int size = 1 + random.nextInt(20);
    return ClassicPolicy.builder()
        .slidingWindow(byTime ? WindowType.TIME_BASED : WindowType.COUNT_BASED, size)
        .minimumCalls(1 + random.nextInt(byTime ? 12 : size))
        .failureRateThreshold(random.nextDouble(.2, 1))
        .slowCallRateThreshold(random.nextDouble(.2, 1))
        .openDuration(Duration.ofMillis(random.nextInt(1, 5_000)))
        .halfOpenCalls(1 + random.nextInt(5))
        .build();
  }

  private static final class ClassicRun {
    private final SplittableRandom random;
    private final ManualClock clock = new ManualClock();
    private final CircuitBreakerConfig config;
    private final ClassicReference reference;
    private final CircuitBreaker breaker;
    private final List<Permit> permits = new ArrayList<>();
    private final List<ClassicReference.Held> held = new ArrayList<>();
    private final double failing;

    ClassicRun(long seed) {
      random = new SplittableRandom(seed);
      ClassicPolicy policy = policy(random);
      Duration lease = Duration.ofMillis(random.nextInt(100, 20_000));
      config = CircuitBreakerConfig.builder().policy(policy).permitLease(lease).build();
      breaker = CircuitBreaker.of("engine", config, clock);
      reference = new ClassicReference(policy, lease.toNanos());
      failing = random.nextDouble(.1, .8);
    }

    void run() {
      for (int i = 0; i < OPERATIONS; i++) {
        String operation = step();
        CircuitBreakerMetrics metrics = breaker.metrics();
        assertThat(breaker.state()).as("%d: %s", i, operation).isEqualTo(reference.state);
        assertThat(metrics.calls()).as("calls, %d: %s", i, operation).isEqualTo(reference.calls);
        assertThat(metrics.staleResults())
            .as("stale, %d: %s", i, operation)
            .isEqualTo(reference.stale);
        assertThat(metrics.inFlight())
            .as("in flight, %d: %s", i, operation)
            .isEqualTo(reference.inFlight());
        assertThat(metrics.lostPermits())
            .as("lost, %d: %s", i, operation)
            .isEqualTo(reference.lost);
      }
    }

    private String step() {
      int dice = random.nextInt(1_000);
      if (dice < 430) {
        Optional<Permit> permit = breaker.tryAcquire();
        ClassicReference.Held expected = reference.acquire();
        assertThat(permit.isPresent()).as("admitted").isEqualTo(expected != null);
        permit.ifPresent(
            p -> {
              permits.add(p);
              held.add(expected);
            });
        return "acquire";
      }
      if (dice < 800 && !permits.isEmpty()) {
        int i = random.nextInt(permits.size());
        Outcome outcome =
            random.nextDouble() < failing
                ? Outcome.FAILURE
                : OUTCOMES[random.nextInt(OUTCOMES.length)];
        permits.remove(i).record(outcome);
        reference.settle(held.remove(i), outcome);
        return "settle " + outcome;
      }
      if (dice < 980) {
        Duration time = Duration.ofMillis(random.nextInt(dice < 970 ? 400 : 30_000));
        clock.advance(time);
        reference.advance(time.toNanos());
        return "advance " + time;
      }
      if (dice < 988) {
        ClassicPolicy equal = ((ClassicPolicy) config.policy()).toBuilder().build();
        breaker.reconfigure(config.toBuilder().policy(equal).build());
        reference.reconfigure();
        return "reconfigure";
      }
      boolean open = random.nextBoolean();
      if (open) {
        breaker.transitionToOpen();
      } else {
        breaker.transitionToClosed();
      }
      reference.operator(open ? State.OPEN : State.CLOSED);
      return "operator " + open;
    }
  }

  private static final class AnyRun {
    private final SplittableRandom random;
    private final ManualClock clock = new ManualClock();
    private final CircuitBreaker breaker;
    private final CircuitBreakerConfig[] configs;
    private final List<Permit> permits = new ArrayList<>();
    private final List<CircuitBreakerEvent.Transition> transitions = new ArrayList<>();
    private final double failing;
    private long admitted;
    private long settled;
    private long refused;

    AnyRun(long seed, boolean classicFirst) {
      random = new SplittableRandom(seed);
      CircuitBreakerConfig predictive = CircuitBreakerConfig.defaults();
      CircuitBreakerConfig classic = CircuitBreakerConfig.builder().policy(policy(random)).build();
      configs =
          classicFirst
              ? new CircuitBreakerConfig[] {classic, predictive}
              : new CircuitBreakerConfig[] {predictive, classic};
      breaker = CircuitBreaker.of("engine", configs[0], clock);
      breaker.events().onTransition(transitions::add);
      failing = random.nextDouble(.05, .95);
    }

    void run() {
      for (int i = 0; i < OPERATIONS; i++) {
        step();
        check();
      }
      permits.forEach(Permit::success);
      settled += permits.size();
      permits.clear();
      check();
      breaker.mode(Mode.ENFORCE);
      recovers();
    }

    private void step() {
      int dice = random.nextInt(1_000);
      if (dice < 450) {
        acquire();
      } else if (dice < 800 && !permits.isEmpty()) {
        Outcome outcome =
            random.nextDouble() < failing
                ? Outcome.FAILURE
                : OUTCOMES[random.nextInt(OUTCOMES.length)];
        permits.remove(random.nextInt(permits.size())).record(outcome);
        settled++;
      } else if (dice < 970) {
        clock.advance(Duration.ofMillis(random.nextInt(dice < 960 ? 100 : 40_000)));
      } else if (dice < 980) {
        breaker.reconfigure(configs[random.nextInt(2)]);
      } else if (dice < 985) {
        breaker.transitionToOpen();
      } else if (dice < 990) {
        breaker.transitionToClosed();
      } else {
        breaker.mode(random.nextInt(3) == 0 ? Mode.FORCED_OPEN : Mode.ENFORCE);
      }
    }

    private void acquire() {
      State before = breaker.state();
      Optional<Permit> permit = breaker.tryAcquire();
      admitted += permit.isPresent() ? 1 : 0;
      refused += permit.isPresent() ? 0 : 1;
      permit.ifPresent(permits::add);
      if (breaker.mode() == Mode.FORCED_OPEN) {
        assertThat(permit).isEmpty();
      } else if (before == State.CLOSED && breaker.state() == State.CLOSED) {
        assertThat(permit).isPresent();
      }
      if (permit.isPresent() && breaker.state() == State.OPEN) {
        assertThat(permit.get().isProbe()).isTrue();
        assertThat(breaker.tryAcquire()).as("a second probe").isEmpty();
        refused++;
      }
    }

    private void check() {
      CircuitBreakerMetrics metrics = breaker.metrics();
      State state = breaker.state();
      double share = breaker.admissionShare();
      assertThat(share).isBetween(0.0, 1.0);
      if (state == State.CLOSED || state == State.OPEN) {
        assertThat(share).isEqualTo(state == State.CLOSED ? 1 : 0);
      }
      assertThat(metrics.calls() + metrics.staleResults()).isEqualTo(settled);
      assertThat(metrics.rejected()).isEqualTo(refused);
      assertThat(metrics.inFlight()).isBetween(0, (int) (admitted - settled));
      assertThat(metrics.lostPermits()).isLessThanOrEqualTo(admitted);
      for (int i = 1; i < transitions.size(); i++) {
        CircuitBreakerEvent.Transition last = transitions.get(i - 1);
        CircuitBreakerEvent.Transition next = transitions.get(i);
        assertThat(next.from()).isEqualTo(last.to()).isNotEqualTo(next.to());
        assertThat(next.era()).isGreaterThanOrEqualTo(last.era());
      }
      if (!transitions.isEmpty()) {
        assertThat(state).isEqualTo(transitions.get(transitions.size() - 1).to());
        transitions.subList(0, transitions.size() - 1).clear();
      }
    }

    /** Whatever has happened: a healthy dependency is called again in the end. */
    private void recovers() {
      for (int i = 0; i < 20_000 && breaker.state() != State.CLOSED; i++) {
        clock.advance(Duration.ofMillis(50));
        breaker.tryAcquire().ifPresent(Permit::success);
      }
      assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }
  }
}
