package io.foreguard;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.bulkhead.BulkheadConfig;
import io.foreguard.bulkhead.BulkheadPermit;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.ClassicPolicy;
import io.foreguard.circuitbreaker.ClassicPolicy.WindowType;
import io.foreguard.circuitbreaker.Permit;
import io.foreguard.circuitbreaker.State;
import io.foreguard.evidence.Outcome;
import io.foreguard.guard.Guard;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.retry.Backoff;
import io.foreguard.retry.Jitter;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The eleven known defects of other libraries: each test fails on one that has it. */
class PeerDefectsTest {
  private static final CircuitBreakerConfig CLASSIC_CONFIG =
      CircuitBreakerConfig.builder()
          .policy(
              ClassicPolicy.builder()
                  .slidingWindow(WindowType.COUNT_BASED, 10)
                  .minimumCalls(10)
                  .openDuration(Duration.ofSeconds(5))
                  .halfOpenCalls(3)
                  .build())
          .build();

  private final IllegalStateException down = new IllegalStateException("down");

  private final ManualClock clock = new ManualClock();

  enum Policy {
    PREDICTIVE,
    CLASSIC;

    CircuitBreakerConfig config() {
      return this == PREDICTIVE ? CircuitBreakerConfig.defaults() : CLASSIC_CONFIG;
    }
  }

  @Nested
  class ACallFromBeforeTheOutage {
    @ParameterizedTest
    @EnumSource(Policy.class)
    void thatEndsDuringRecoveryNeitherClosesNorOpensTheCircuit(Policy policy) {
      CircuitBreaker breaker = breaker(policy);
      List<Permit> old = IntStream.range(0, 40).mapToObj(i -> breaker.acquire()).toList();
      open(breaker);
      toHalfOpen(breaker);
      long judged = breaker.metrics().calls();
      Outcome[] outcomes = {Outcome.SUCCESS, Outcome.FAILURE, Outcome.TIMEOUT, Outcome.IGNORED};

      for (int i = 0; i < old.size(); i++) {
        old.get(i).record(outcomes[i % outcomes.length]);
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
      }

      assertThat(breaker.metrics().calls()).isEqualTo(judged);
      assertThat(breaker.metrics().staleResults()).isEqualTo(40);
    }

    @ParameterizedTest
    @EnumSource(Policy.class)
    void handsBackNoPlaceOfTheRecovery(Policy policy) {
      CircuitBreaker breaker = breaker(policy);
      List<Permit> old = IntStream.range(0, 10).mapToObj(i -> breaker.acquire()).toList();
      open(breaker);
      toHalfOpen(breaker);
      List<Permit> probes = takeAll(breaker);

      old.forEach(Permit::success);

      assertThat(takeAll(breaker)).isEmpty();
      assertThat(breaker.metrics().inFlight()).isEqualTo(probes.size());
    }

    @Test
    void leavesTheVerdictToTheProbes() {
      CircuitBreaker breaker = breaker(Policy.CLASSIC);
      List<Permit> old = IntStream.range(0, 10).mapToObj(i -> breaker.acquire()).toList();
      open(breaker);
      toHalfOpen(breaker);
      List<Permit> probes = takeAll(breaker);
      old.forEach(permit -> permit.failure(down));

      assertThat(probes).hasSize(3);
      probes.forEach(Permit::success);

      assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }
  }

  @Nested
  class ProbesThatBringNoEvidence {
    @ParameterizedTest
    @EnumSource(
        value = Outcome.class,
        names = {"IGNORED", "CALLER_FAULT"})
    void admitNoMoreThanTheAllowedNumberInAClassicBreaker(Outcome outcome) {
      CircuitBreaker breaker = breaker(Policy.CLASSIC);
      open(breaker);
      toHalfOpen(breaker);

      int admitted = 0;
      for (int i = 0; i < 1_000; i++) {
        Optional<Permit> permit = breaker.tryAcquire();
        admitted += permit.isPresent() ? 1 : 0;
        permit.ifPresent(p -> p.record(outcome));
        clock.advance(Duration.ofMillis(4));
      }

      assertThat(admitted).isEqualTo(3);
      assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    }

    @ParameterizedTest
    @EnumSource(
        value = Outcome.class,
        names = {"IGNORED", "CALLER_FAULT"})
    void admitNoFloodInAPredictiveBreaker(Outcome outcome) {
      CircuitBreaker breaker = breaker(Policy.PREDICTIVE);
      open(breaker);
      Permit probe = firstPermit(breaker);

      probe.record(outcome);

      assertThat(takeAll(breaker)).isEmpty();
      assertThat(breaker.state()).isEqualTo(State.OPEN);
      toHalfOpen(breaker);
      int admitted = 0;
      for (int i = 0; i < 1_000; i++) {
        Optional<Permit> permit = breaker.tryAcquire();
        admitted += permit.isPresent() ? 1 : 0;
        permit.ifPresent(p -> p.record(outcome));
      }
      assertThat(admitted).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(Policy.class)
    void keepNoCircuitFromRecovering(Policy policy) {
      CircuitBreaker breaker = breaker(policy);
      open(breaker);
      toHalfOpen(breaker);
      takeAll(breaker).forEach(Permit::release);

      assertThat(recovers(breaker)).isTrue();
    }
  }

  @Nested
  class AProbe {
    @ParameterizedTest
    @EnumSource(Policy.class)
    void thatIsLostBlocksNoOtherAfterItsLease(Policy policy) {
      CircuitBreaker breaker = breaker(policy);
      open(breaker);
      firstPermit(breaker);
      takeAll(breaker);

      clock.advance(policy.config().permitLease());

      assertThat(breaker.tryAcquire()).isPresent();
      assertThat(breaker.metrics().lostPermits()).isPositive();
      assertThat(recovers(breaker)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Policy.class)
    void thatIsLostAgainAndAgainIsFollowedByAnother(Policy policy) {
      CircuitBreaker breaker = breaker(policy);
      open(breaker);

      for (int i = 0; i < 20; i++) {
        firstPermit(breaker);
        takeAll(breaker);
      }

      assertThat(recovers(breaker)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Policy.class)
    void thatIsLostInRecoveryBlocksNoOtherAfterItsLease(Policy policy) {
      CircuitBreaker breaker = breaker(policy);
      open(breaker);
      toHalfOpen(breaker);
      takeAll(breaker);

      clock.advance(policy.config().permitLease());

      assertThat(recovers(breaker)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Policy.class)
    void thatDiesOfAnErrorCountsAsFailedAndIsFollowedByAnother(Policy policy) {
      CircuitBreaker breaker = breaker(policy);
      open(breaker);
      OutOfMemoryError error = new OutOfMemoryError("simulated");
      int errors = 0;
      for (int i = 0; i < 2_000 && errors < 10; i++) {
        clock.advance(Duration.ofMillis(100));
        try {
          breaker.call(
              () -> {
                throw error;
              });
        } catch (CallRejectedException e) {
          assertThat(e.source()).isEqualTo(breaker.name());
        } catch (Throwable t) {
          assertThat(t).isSameAs(error);
          errors++;
        }
      }

      assertThat(errors).isEqualTo(10);
      assertThat(breaker.metrics().inFlight()).isZero();
      assertThat(recovers(breaker)).isTrue();
    }
  }

  @Nested
  class TheWallClock {
    @ParameterizedTest
    @EnumSource(Policy.class)
    void steppingBackAnHourKeepsNoCircuitOpenLonger(Policy policy) {
      CircuitBreaker breaker = breaker(policy);
      open(breaker);
      Duration untilProbe = untilFirstPermit(twin(policy));

      clock.stepWallTime(Duration.ofHours(-1));

      assertThat(untilFirstPermit(breaker)).isEqualTo(untilProbe);
    }

    @ParameterizedTest
    @EnumSource(Policy.class)
    void steppingForwardAnHourAdmitsNoCallEarlier(Policy policy) {
      CircuitBreaker breaker = breaker(policy);
      open(breaker);
      Duration untilProbe = untilFirstPermit(twin(policy));

      clock.stepWallTime(Duration.ofHours(1));

      assertThat(untilFirstPermit(breaker)).isEqualTo(untilProbe);
      assertThat(untilProbe).isPositive();
    }

    /** Another breaker with the same history on a clock of its own. */
    private Fixture twin(Policy policy) {
      PeerDefectsTest other = new PeerDefectsTest();
      CircuitBreaker breaker = other.breaker(policy);
      other.open(breaker);
      return new Fixture(other, breaker);
    }

    private Duration untilFirstPermit(Fixture fixture) {
      return fixture.test.untilFirstPermit(fixture.breaker);
    }

    private Duration untilFirstPermit(CircuitBreaker breaker) {
      return PeerDefectsTest.this.untilFirstPermit(breaker);
    }
  }

  private record Fixture(PeerDefectsTest test, CircuitBreaker breaker) {}

  @Nested
  class ABackoff {
    @Test
    void withJitterSpreadsTheDelaysThatReachedTheCap() {
      Duration cap = Duration.ofSeconds(10);
      for (Jitter jitter : new Jitter[] {Jitter.FULL, Jitter.EQUAL, Jitter.DECORRELATED}) {
        Backoff backoff = Backoff.exponential(Duration.ofMillis(100), cap).withJitter(jitter);
        SplittableRandom random = new SplittableRandom(5);

        long distinct =
            IntStream.range(0, 1_000)
                .mapToObj(i -> backoff.delay(10, cap, random))
                .filter(delay -> delay.compareTo(cap) < 0)
                .distinct()
                .count();

        assertThat(distinct).as("%s", jitter).isGreaterThan(900);
      }
    }
  }

  @Nested
  class ABulkhead {
    private final Bulkhead bulkhead =
        Bulkhead.of("engine", BulkheadConfig.builder().maxConcurrentCalls(5).build(), clock);

    @Test
    void shrinksWithoutWaitingForTheCallsInFlight() throws Exception {
      List<BulkheadPermit> permits = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        permits.add(bulkhead.acquire());
      }

      bulkhead.resize(1); // on this thread, which holds all permits: waiting would be for ever

      assertThat(bulkhead.tryAcquire()).isEmpty();
      permits.forEach(BulkheadPermit::close);
      assertThat(bulkhead.inFlight()).isZero();
      assertThat(bulkhead.tryAcquire()).isPresent();
      assertThat(bulkhead.tryAcquire()).isEmpty();
    }

    @Test
    void leaksNoPermitToAListenerThatThrows() throws Exception {
      bulkhead
          .rejections()
          .subscribe(
              event -> {
                throw down;
              });
      for (int round = 0; round < 10; round++) {
        List<BulkheadPermit> permits = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          permits.add(bulkhead.acquire());
        }
        assertThat(bulkhead.tryAcquire()).isEmpty();
        permits.forEach(BulkheadPermit::close);
      }

      assertThat(bulkhead.inFlight()).isZero();
    }
  }

  @Nested
  class AtOneCallInTwentySeconds {
    @Test
    void aDependencyThatIsDownForADayOpensAPredictiveBreaker() {
      CircuitBreaker breaker = breaker(Policy.PREDICTIVE);

      int sent = failForADay(breaker);

      assertThat(breaker.state()).isEqualTo(State.OPEN);
      assertThat(sent).isLessThan(24 * 180 / 2);
    }

    @Test
    void aDependencyThatIsDownForADayOpensATimeWindowOfAMinute() {
      CircuitBreaker breaker =
          CircuitBreaker.of(
              "engine",
              CircuitBreakerConfig.builder()
                  .policy(
                      ClassicPolicy.builder()
                          .slidingWindow(WindowType.TIME_BASED, 60)
                          .minimumCalls(10)
                          .build())
                  .build(),
              clock);
      List<State> states = new ArrayList<>();
      breaker.events().onTransition(event -> states.add(event.to()));

      for (int i = 0; i < 9; i++) {
        breaker.acquire().failure(down);
        clock.advance(Duration.ofSeconds(20));
      }
      assertThat(breaker.state()).isEqualTo(State.CLOSED);
      breaker.acquire().failure(down);
      assertThat(breaker.state()).isEqualTo(State.OPEN);

      failForADay(breaker);
      assertThat(states).contains(State.OPEN).doesNotContain(State.CLOSED);
    }

    private int failForADay(CircuitBreaker breaker) {
      int sent = 0;
      for (int i = 0; i < 24 * 180; i++) {
        Optional<Permit> permit = breaker.tryAcquire();
        sent += permit.isPresent() ? 1 : 0;
        permit.ifPresent(p -> p.failure(down));
        clock.advance(Duration.ofSeconds(20));
      }
      return sent;
    }
  }

  @Nested
  class ATrueFailureRateOfTenPercent {
    @Test
    void opensNoneOf200BreakersWithin1000Calls() {
      int opened = 0;
      int rejected = 0;
      for (int seed = 0; seed < 200; seed++) {
        ManualClock time = new ManualClock();
        CircuitBreaker breaker = CircuitBreaker.of("engine", CircuitBreakerConfig.defaults(), time);
        List<State> states = new ArrayList<>();
        breaker.events().onTransition(event -> states.add(event.to()));
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 1_000; i++) {
          Optional<Permit> permit = breaker.tryAcquire();
          time.advance(Duration.ofMillis(10));
          boolean fails = random.nextDouble() < .1;
          permit.ifPresent(p -> p.record(fails ? Outcome.FAILURE : Outcome.SUCCESS));
        }
        opened += states.contains(State.OPEN) ? 1 : 0;
        rejected += (int) breaker.metrics().rejected();
      }

      assertThat(opened).isZero();
      assertThat(rejected).isLessThan(200); // one in a thousand
    }
  }

  @Nested
  class ARegistryListener {
    private final ForeguardRegistry registry = ForeguardRegistry.builder().clock(clock).build();

    @Test
    void mayCreateAnotherEntryOfTheSameRegistry() {
      registry
          .circuitBreakers()
          .getEventPublisher()
          .onEntryAdded(
              event -> {
                String name = event.getAddedEntry().name();
                if (name.length() < 40) {
                  registry.circuitBreaker(name + "+"); // some of these fall into the same bin
                }
              });

      registry.circuitBreaker("a");

      assertThat(registry.circuitBreakers().entries()).hasSize(40);
    }

    @Test
    void mayCreateEntriesOfOtherKinds() {
      registry
          .guards()
          .observe(
              guard -> {
                registry.bulkhead(guard.name());
                registry.circuitBreaker(guard.name() + "-health");
                if (guard.name().equals("loyalty")) {
                  registry.guard("points");
                }
              },
              guard -> {});

      Guard guard = registry.guard("loyalty");

      assertThat(registry.guard("loyalty")).isSameAs(guard);
      assertThat(registry.guards().find("points")).isPresent();
      assertThat(registry.bulkheads().find("loyalty")).isPresent();
      assertThat(registry.circuitBreakers().find("points-health")).isPresent();
    }
  }

  @Nested
  class NewSettingsAtRunTime {
    @Test
    void keepTheWindowOfAClassicBreaker() {
      CircuitBreaker breaker = breaker(Policy.CLASSIC);
      for (int i = 0; i < 9; i++) {
        breaker.acquire().failure(down);
      }

      breaker.reconfigure(
          Policy.CLASSIC.config().toBuilder()
              .policy(
                  ClassicPolicy.builder()
                      .slidingWindow(WindowType.COUNT_BASED, 20)
                      .minimumCalls(10)
                      .build())
              .build());
      assertThat(breaker.explain().toString()).contains("9 of the last 9 failed");
      breaker.acquire().failure(down);

      assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void keepTheSecondsOfATimeWindow() {
      ClassicPolicy minute =
          ClassicPolicy.builder().slidingWindow(WindowType.TIME_BASED, 60).minimumCalls(10).build();
      CircuitBreakerConfig config = CircuitBreakerConfig.builder().policy(minute).build();
      CircuitBreaker breaker = CircuitBreaker.of("engine", config, clock);
      for (int i = 0; i < 50; i++) {
        breaker.acquire().record(i % 5 == 4 ? Outcome.FAILURE : Outcome.SUCCESS);
        clock.advance(Duration.ofMillis(500));
      }

      breaker.reconfigure(
          config.toBuilder()
              .policy(minute.toBuilder().openDuration(Duration.ofSeconds(7)).build())
              .build());

      assertThat(breaker.explain().toString()).contains("10 of the last 50 failed");
      clock.advance(Duration.ofSeconds(45));
      breaker.metrics();
      assertThat(breaker.explain().toString()).contains("6 of the last 28 failed");
    }

    @ParameterizedTest
    @EnumSource(Policy.class)
    void keepStateEvidenceAndCounts(Policy policy) {
      CircuitBreaker breaker = breaker(policy);
      open(breaker);
      long calls = breaker.metrics().calls();
      long rejected = breaker.metrics().rejected();

      breaker.reconfigure(policy.config().toBuilder().permitLease(Duration.ofSeconds(30)).build());

      assertThat(breaker.state()).isEqualTo(State.OPEN);
      assertThat(breaker.metrics().calls()).isEqualTo(calls);
      assertThat(breaker.metrics().rejected()).isEqualTo(rejected);
      assertThat(breaker.explain().estimate().probability()).isLessThan(.5);
      assertThat(recovers(breaker)).isTrue();
    }

    @Test
    void carryAPredictiveBreakersFailuresIntoAClassicOne() {
      CircuitBreaker breaker = breaker(Policy.PREDICTIVE);
      for (int i = 0; i < 3; i++) {
        breaker.acquire().success();
        breaker.acquire().failure(down);
      }

      breaker.reconfigure(Policy.CLASSIC.config());

      assertThat(breaker.explain().toString()).contains("3 of the last 6 failed");
    }
  }

  @Nested
  class AnOpenCircuitWithAVeryShortWait {
    @Test
    void isLeftByEachOf10000Breakers() throws Exception {
      CircuitBreakerConfig config =
          CircuitBreakerConfig.builder()
              .policy(
                  ClassicPolicy.builder()
                      .slidingWindow(WindowType.COUNT_BASED, 1)
                      .minimumCalls(1)
                      .halfOpenCalls(1)
                      .openDuration(Duration.ofMillis(1))
                      .build())
              .build();
      List<CircuitBreaker> breakers =
          IntStream.range(0, 10_000).mapToObj(i -> CircuitBreaker.of("b" + i, config)).toList();
      ExecutorService threads = Executors.newFixedThreadPool(8);
      try {
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> done = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
          int first = t % 4; // two threads share each breaker
          done.add(
              threads.submit(
                  () -> {
                    start.await();
                    for (int i = first; i < breakers.size(); i += 4) {
                      breakers.get(i).tryAcquire().ifPresent(p -> p.failure(down));
                    }
                    return null;
                  }));
        }
        start.countDown();
        for (Future<?> future : done) {
          future.get(60, SECONDS);
        }
      } finally {
        threads.shutdownNow();
      }

      long deadline = System.nanoTime() + SECONDS.toNanos(60);
      List<CircuitBreaker> stuck = breakers;
      while (!stuck.isEmpty() && System.nanoTime() - deadline < 0) {
        stuck.forEach(breaker -> breaker.tryAcquire().ifPresent(Permit::success));
        stuck = stuck.stream().filter(breaker -> breaker.state() != State.CLOSED).toList();
      }
      assertThat(stuck).isEmpty();
    }
  }

  @Test
  void theFixturesTellAnOpenCircuitFromAClosedOne() {
    CircuitBreaker breaker = breaker(Policy.CLASSIC);
    open(breaker);

    assertThatThrownBy(() -> breaker.call(() -> "unreached"))
        .isInstanceOf(CallRejectedException.class);
    assertThat(untilFirstPermit(breaker)).isEqualTo(Duration.ofSeconds(5));
  }

  private CircuitBreaker breaker(Policy policy) {
    return CircuitBreaker.of("engine", policy.config(), clock);
  }

  private void open(CircuitBreaker breaker) {
    for (int i = 0; i < 200 && breaker.state() != State.OPEN; i++) {
      breaker.tryAcquire().ifPresent(permit -> permit.failure(down));
      if (breaker.state() != State.OPEN) {
        clock.advance(Duration.ofMillis(10));
      }
    }
    assertThat(breaker.state()).isEqualTo(State.OPEN);
  }

  /** Waits until recovery has begun; a classic breaker then has all its probes left. */
  private void toHalfOpen(CircuitBreaker breaker) {
    for (int i = 0; i < 2_000 && breaker.state() != State.HALF_OPEN; i++) {
      clock.advance(Duration.ofMillis(100));
      if (breaker.config().policy().name().equals("classic")) {
        breaker.metrics(); // brings the state up to date
      } else {
        breaker.tryAcquire().ifPresent(Permit::success);
      }
    }
    assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
  }

  private Permit firstPermit(CircuitBreaker breaker) {
    for (int i = 0; i < 2_000; i++) {
      clock.advance(Duration.ofMillis(100));
      Optional<Permit> permit = breaker.tryAcquire();
      if (permit.isPresent()) {
        return permit.get();
      }
    }
    throw new AssertionError("no permit within 200 seconds: " + breaker);
  }

  private Duration untilFirstPermit(CircuitBreaker breaker) {
    Duration before = clock.elapsed();
    firstPermit(breaker);
    return clock.elapsed().minus(before);
  }

  private static List<Permit> takeAll(CircuitBreaker breaker) {
    List<Permit> permits = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      breaker.tryAcquire().ifPresent(permits::add);
    }
    return permits;
  }

  private boolean recovers(CircuitBreaker breaker) {
    for (int i = 0; i < 5_000 && breaker.state() != State.CLOSED; i++) {
      clock.advance(Duration.ofMillis(100));
      breaker.tryAcquire().ifPresent(Permit::success);
    }
    return breaker.state() == State.CLOSED;
  }
}
