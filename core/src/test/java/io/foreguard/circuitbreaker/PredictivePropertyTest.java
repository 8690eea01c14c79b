package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signals;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a predictive breaker keeps to whatever is done to it: random settings, a model that answers
 * anything or nothing, every mode, operators, settings that change, calls that never end.
 */
class PredictivePropertyTest {
  private static final int SEEDS = 80;
  private static final int OPERATIONS = 800;
  private static final Outcome[] OUTCOMES = Outcome.values();
  private static final Map<State, Set<State>> LEGAL =
      Map.of(
          State.CLOSED, EnumSet.of(State.THROTTLED, State.OPEN),
          State.THROTTLED, EnumSet.of(State.CLOSED, State.OPEN),
          State.OPEN, EnumSet.of(State.HALF_OPEN, State.CLOSED), // the latter by an operator
          State.HALF_OPEN, EnumSet.of(State.CLOSED, State.OPEN));

  @ParameterizedTest
  @ValueSource(longs = 20_261_124)
  void keepsItsPromisesWhateverIsDoneToIt(long firstSeed) {
    for (long seed = firstSeed; seed < firstSeed + SEEDS; seed++) {
      Run run = new Run(seed);
      try {
        run.run();
      } catch (Throwable t) {
        throw new AssertionError("seed " + seed + ", last operations " + run.last, t);
      }
    }
  }

  private static final class Run implements SuccessModel {
    final Deque<String> last = new ArrayDeque<>();
    private final SplittableRandom random;
    private final ManualClock clock = new ManualClock();
    private final Deque<Runnable> questions = new ArrayDeque<>();
    private final boolean cheap;
    private final CircuitBreaker breaker;
    private final List<Permit> permits = new ArrayList<>();
    private final List<Permit> done = new ArrayList<>();
    private final List<String> illegal = new ArrayList<>();
    private State told = State.CLOSED;
    private long era;
    private long refused;
    private long shadowRefused;
    private long toldRefused;
    private long settled;
    private final double failing;

    Run(long seed) {
      random = new SplittableRandom(seed);
      cheap = random.nextBoolean();
      failing = random.nextDouble();
      breaker = CircuitBreaker.of("engine", config(), clock);
      breaker.events().onTransition(this::transition);
      breaker.events().onRejection(this::rejection);
    }

    private CircuitBreakerConfig config() {
      PredictivePolicy policy =
          PredictivePolicy.builder()
              .fastFailureCost(random.nextDouble(.01, 5))
              .holdCost(random.nextDouble(0, 5))
              .rejectionCost(random.nextDouble(.01, 5))
              .build();
      CircuitBreakerConfig.Builder config =
          CircuitBreakerConfig.builder()
              .policy(policy)
              .modelExecutor(questions::add)
              .permitLease(Duration.ofMillis(random.nextInt(3_000, 90_000)));
      if (random.nextBoolean()) {
        config.deadline(Duration.ofMillis(random.nextInt(50, 3_000)));
      }
      return random.nextBoolean() ? config.model(this).build() : config.build();
    }

    @Override
    public String name() {
      return "erratic";
    }

    @Override
    public boolean isCheap() {
      return cheap;
    }

    @Override
    @SuppressWarnings("NullAway") // it breaks its promise on purpose
    public @Nullable Estimate estimate(Signals signals) {
      return switch (random.nextInt(8)) {
        case 0 -> null;
        case 1 -> throw new Simulated();
        case 2 -> Estimate.of(this, Double.NaN);
        case 3 -> Estimate.of(this, 1.7);
        case 4 -> Estimate.abstain(this, "nothing known");
        default -> Estimate.of(this, random.nextDouble());
      };
    }

    void run() {
      for (int i = 0; i < OPERATIONS; i++) {
        last.add(step());
        if (last.size() > 20) {
          last.remove();
        }
        check();
      }
      breaker.mode(Mode.ENFORCE);
      permits.forEach(permit -> settle(permit, Outcome.SUCCESS));
      permits.clear();
      check();
      assertThat(breaker.metrics().inFlight()).isZero();
      recovers();
    }

    private String step() {
      int dice = random.nextInt(1_000);
      if (dice < 480) {
        return acquire();
      }
      if (dice < 820) {
        if (permits.isEmpty()) {
          return "nothing to settle";
        }
        Outcome outcome =
            random.nextDouble() < failing
                ? Outcome.FAILURE
                : OUTCOMES[random.nextInt(OUTCOMES.length)];
        settle(permits.remove(random.nextInt(permits.size())), outcome);
        return "settle " + outcome;
      }
      if (dice < 850) {
        if (!done.isEmpty()) {
          Permit twice = done.get(random.nextInt(done.size()));
          assertThat(twice.success()).isFalse();
          assertThat(twice.release()).isFalse();
        }
        return "settle twice";
      }
      if (dice < 940) {
        Duration time = Duration.ofMillis(random.nextInt(dice < 930 ? 100 : 40_000));
        clock.advance(time);
        return "advance " + time;
      }
      if (dice < 960) {
        if (!questions.isEmpty()) {
          questions.remove().run();
        }
        return "the model answers";
      }
      if (dice < 970) {
        breaker.reconfigure(config());
        return "reconfigure";
      }
      if (dice < 975) {
        breaker.transitionToOpen();
        return "open";
      }
      if (dice < 980) {
        breaker.transitionToClosed();
        return "close";
      }
      Mode mode = Mode.values()[random.nextInt(Mode.values().length)];
      breaker.mode(mode);
      return "mode " + mode;
    }

    private String acquire() {
      Permit permit = null;
      CircuitOpenException refusal = null;
      long shadowBefore = breaker.metrics().shadowRejected();
      try {
        permit = breaker.acquire();
      } catch (CircuitOpenException e) {
        refusal = e;
      }
      State state = breaker.state();
      Mode mode = breaker.mode();
      if (refusal != null) {
        refused++;
        assertThat(mode).isIn(Mode.ENFORCE, Mode.FORCED_OPEN);
        RejectionReason reason = refusal.reason();
        if (mode == Mode.FORCED_OPEN) {
          assertThat(reason).isEqualTo(RejectionReason.FORCED_OPEN);
        } else if (reason == RejectionReason.OVERLOADED) {
          assertThat(state).isIn(State.THROTTLED, State.OPEN); // what met the limit may open it too
        } else {
          assertThat(reason).isEqualTo(reasonIn(state));
        }
        assertThat(refusal.retryAfter()).isGreaterThanOrEqualTo(Duration.ZERO);
        return "acquire: refused " + reason;
      }
      assertThat(mode).isNotEqualTo(Mode.FORCED_OPEN);
      permits.add(permit);
      if (state == State.OPEN && mode == Mode.ENFORCE) {
        assertThat(permit.isProbe()).isTrue();
      }
      shadowRefused += breaker.metrics().shadowRejected() - shadowBefore;
      assertThat(permit.isProbe()).isIn(false, state == State.OPEN || state == State.HALF_OPEN);
      return "acquire: admitted";
    }

    private static RejectionReason reasonIn(State state) {
      assertThat(state).as("a closed breaker refuses nobody").isNotEqualTo(State.CLOSED);
      return RejectionReason.in(state);
    }

    private void settle(Permit permit, Outcome outcome) {
      assertThat(permit.record(outcome)).isTrue();
      done.add(permit);
      settled++;
    }

    private void check() {
      CircuitBreakerMetrics metrics = breaker.metrics();
      assertThat(illegal).isEmpty(); // a listener that throws would go unnoticed
      assertThat(breaker.state()).isEqualTo(told);
      double share = breaker.admissionShare();
      assertThat(share).isBetween(0.0, 1.0);
      if (told == State.CLOSED || told == State.OPEN) {
        assertThat(share).isEqualTo(told == State.CLOSED ? 1 : 0);
      }
      assertThat(metrics.inFlight()).isBetween(0, permits.size());
      assertThat(metrics.calls() + metrics.staleResults()).isLessThanOrEqualTo(settled);
      assertThat(metrics.rejected()).isEqualTo(refused);
      assertThat(metrics.shadowRejected()).isEqualTo(shadowRefused);
      assertThat(metrics.shadowRejectedSucceeded()).isLessThanOrEqualTo(shadowRefused);
      assertThat(toldRefused).isEqualTo(refused + shadowRefused);
      Estimate estimate = breaker.estimate();
      if (!estimate.isAbstention()) {
        assertThat(estimate.probability()).isBetween(estimate.lower(), estimate.upper());
        assertThat(estimate.lower()).isGreaterThanOrEqualTo(0);
        assertThat(estimate.upper()).isLessThanOrEqualTo(1);
      }
      assertThat(breaker.explain().threshold()).isBetween(0.0, 1.0);
    }

    private void transition(CircuitBreakerEvent.Transition event) {
      boolean follows = event.from() == told && event.era() >= era;
      if (!follows || !LEGAL.get(told).contains(event.to()) || event.trigger().isBlank()) {
        illegal.add(told + " to " + event);
      }
      told = event.to();
      era = event.era();
    }

    private void rejection(CircuitBreakerEvent.Rejection event) {
      toldRefused++;
      if (event.shadow() != (breaker.mode() == Mode.SHADOW)) {
        illegal.add(event.toString());
      }
    }

    /** Whatever has happened: a healthy dependency is called again in the end. */
    private void recovers() {
      breaker.reconfigure(CircuitBreakerConfig.defaults());
      for (int i = 0; i < 40_000 && breaker.state() != State.CLOSED; i++) {
        clock.advance(Duration.ofMillis(50));
        breaker.tryAcquire().ifPresent(permit -> settle(permit, Outcome.SUCCESS));
      }
      assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }
  }

  /** Without a stack trace: a warning is logged for each. */
  private static final class Simulated extends RuntimeException {
    Simulated() {
      super("simulated", null, false, false);
    }
  }
}
