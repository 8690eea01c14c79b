package io.foreguard.benchmarks.lab.peers;

import static io.foreguard.evidence.Outcome.CALLER_FAULT;
import static io.foreguard.evidence.Outcome.FAILURE;
import static io.foreguard.evidence.Outcome.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.evidence.Outcome;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PeersTest {
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000 * MILLI;

  private long now = 17 * SECOND;

  @Nested
  class OfResilience4j {
    @Test
    void opensAtHalfOfTenCallsForSixtySeconds() {
      Peer peer = peer("resilience4j-10");
      send(peer, 5, SUCCESS);
      send(peer, 4, FAILURE);
      assertThat(admits(peer)).isTrue();
      peer.ended(FAILURE, 0, now, now);

      assertThat(admits(peer)).isFalse();
      now += 59_999 * MILLI;
      assertThat(admits(peer)).isFalse();
      now += 2 * MILLI;
      for (int probe = 0; probe < 10; probe++) {
        assertThat(admits(peer)).isTrue();
      }
      assertThat(admits(peer)).isFalse();
    }

    @Test
    void forgetsWhatLeftItsTimeWindow() {
      Peer peer = peer("resilience4j-time");
      send(peer, 9, FAILURE);
      now += 11 * SECOND;
      send(peer, 5, FAILURE);

      assertThat(admits(peer)).isTrue();
    }

    @Test
    void countsCallerFaultsUnlessToldNotTo() {
      Peer untold = peer("resilience4j-10-5s");
      Peer told = peer("resilience4j-10-5s-4xx");
      send(untold, 10, CALLER_FAULT);
      send(told, 10, CALLER_FAULT);

      assertThat(admits(untold)).isFalse();
      assertThat(admits(told)).isTrue();
    }

    @Test
    void takesTwentyFiveAtATimeWithTheBulkhead() {
      Peer peer = peer("resilience4j-full-4xx");
      for (int i = 0; i < 25; i++) {
        assertThat(admits(peer)).isTrue();
      }
      assertThat(admits(peer)).isFalse();
      peer.ended(SUCCESS, 0, now, now + MILLI);
      assertThat(admits(peer)).isTrue();
    }
  }

  @Nested
  class OfFailsafe {
    @Test
    void opensAtOneFailureForAMinuteByDefault() {
      Peer peer = peer("failsafe");
      send(peer, 3, SUCCESS);
      send(peer, 1, FAILURE);

      now += 59 * SECOND;
      assertThat(admits(peer)).isFalse();
      now += SECOND + MILLI;
      assertThat(admits(peer)).isTrue();
      assertThat(admits(peer)).isFalse();
      peer.ended(SUCCESS, 0, now, now + MILLI);
      assertThat(admits(peer)).isTrue();
    }
  }

  @Nested
  class OfFormulas {
    @Test
    void throttleRejectsTheExcessOverTwiceTheAccepted() {
      Throttle throttle = new Throttle(2, 120, 0, 1);
      end(throttle, 3, SUCCESS);
      end(throttle, 7, FAILURE);

      assertThat(throttle.rejectionProbability(now)).isCloseTo(4. / 11, within(1e-12));
      now += 130 * SECOND;
      assertThat(throttle.rejectionProbability(now)).isZero();
    }

    @Test
    void throttleNeverActsWhileHalfSucceeds() {
      Throttle throttle = new Throttle(2, 10, 0, 1);
      end(throttle, 50, SUCCESS);
      end(throttle, 50, FAILURE);

      assertThat(throttle.rejectionProbability(now)).isZero();
    }

    @Test
    void kratosWaitsForAHundredCalls() {
      Throttle throttle = new Throttle(1 / .6, 3, 100, 1);
      end(throttle, 99, FAILURE);
      assertThat(throttle.rejectionProbability(now)).isZero();
      end(throttle, 1, FAILURE);

      assertThat(throttle.rejectionProbability(now)).isCloseTo(100. / 101, within(1e-12));
    }

    @Test
    void envoyAdmissionRejectsBelowItsThresholdUpToItsCap() {
      EnvoyAdmission admission = new EnvoyAdmission(1);
      end(admission, 57, SUCCESS);
      end(admission, 43, FAILURE);
      assertThat(admission.rejectionProbability(now)).isCloseTo(40. / 101, within(1e-12));

      end(admission, 10_000, FAILURE);
      assertThat(admission.rejectionProbability(now)).isEqualTo(.8);
    }

    @Test
    void envoyConcurrencyMeasuresTheMinimumAndFollowsTheGradient() {
      EnvoyConcurrency limit = new EnvoyConcurrency();
      for (int i = 0; i < 50; i++) {
        assertThat(limit.admit(1, 0, now)).isZero();
        limit.ended(SUCCESS, 0, now, now + 10 * MILLI);
      }
      assertThat(limit.limit()).isEqualTo(3);

      now += 200 * MILLI;
      limit.admit(1, 0, now);
      limit.ended(SUCCESS, 0, now, now + 10 * MILLI);
      assertThat(limit.limit()).isEqualTo((int) (3.75 + Math.sqrt(3.75)));
    }

    @Test
    void gradientGrowsByItsQueueAndShrinksByTheRatioOfTimes() {
      GradientLimit limit = new GradientLimit(1.5, 4, 1, 200);
      for (int i = 0; i < 20; i++) {
        assertThat(limit.tryAcquire()).isTrue();
      }
      assertThat(limit.tryAcquire()).isFalse();
      limit.sample(10 * MILLI);
      assertThat(limit.limit()).isCloseTo(.8 * 20 + .2 * 24, within(1e-9));

      limit.sample(90 * MILLI); // the mean of two is 50, so the gradient is 1.5 * 50 / 90
      double expected = .8 * 20.8 + .2 * (20.8 * 75 / 90 + 4);
      assertThat(limit.limit()).isCloseTo(expected, within(1e-9));
    }

    @Test
    void gradientStaysWhileLessThanHalfIsUsed() {
      GradientLimit limit = new GradientLimit(1.5, 4, 1, 200);
      limit.tryAcquire();
      limit.sample(10 * MILLI);

      assertThat(limit.limit()).isEqualTo(20);
    }

    @Test
    void finagleTakesAReplicaOutAfterFiveInARowAndProbesItOnce() {
      FinagleAccrual peer = new FinagleAccrual(2, 1);
      end(peer, 20, SUCCESS);
      for (int i = 0; i < 5; i++) {
        assertThat(peer.admit(1, 0, now)).isZero();
        peer.ended(FAILURE, 0, now, now);
      }

      assertThat(peer.admit(1, 0, now)).isEqualTo(1);
      now += 5 * SECOND;
      assertThat(peer.admit(1, 0, now)).isZero();
      assertThat(peer.admit(1, 0, now)).isEqualTo(1);
      peer.ended(SUCCESS, 0, now, now);
      assertThat(peer.admit(1, 0, now)).isZero();
    }

    @Test
    void finagleTakesAReplicaOutBelowEightyPercent() {
      FinagleAccrual peer = new FinagleAccrual(1, 1);
      for (int i = 0; i < 60 && admits(peer); i++) {
        peer.ended(i % 2 == 0 ? SUCCESS : FAILURE, 0, now, now);
        now += SECOND;
      }

      assertThat(admits(peer)).isFalse();
    }
  }

  @Nested
  class OfRatioBreakers {
    @Test
    void pollyOpensAtTenOfAHundredForFiveSeconds() {
      Peer peer = peer("polly");
      send(peer, 90, SUCCESS);
      send(peer, 9, FAILURE);
      assertThat(admits(peer)).isTrue();
      peer.ended(FAILURE, 0, now, now);

      assertThat(admits(peer)).isFalse();
      now += 5 * SECOND;
      assertThat(admits(peer)).isTrue();
      assertThat(admits(peer)).isFalse();
      peer.ended(SUCCESS, 0, now, now + MILLI);
      now += MILLI;
      assertThat(admits(peer)).isTrue();
    }

    @Test
    void sentinelWantsFiveCallsInOneSecond() {
      Peer peer = peer("sentinel");
      for (int i = 0; i < 20; i++) {
        send(peer, 1, FAILURE);
        now += 300 * MILLI;
      }
      assertThat(admits(peer)).isTrue();
      peer.ended(SUCCESS, 0, now, now);

      now += SECOND;
      send(peer, 5, FAILURE);
      assertThat(admits(peer)).isFalse();
    }
  }

  @Nested
  class OfTheCombination {
    private final CombinationParameters parameters = CombinationParameters.untuned();

    @Test
    void opensAtItsRatioAndClosesAfterItsProbes() {
      Peer peer = combination(1);
      send(peer, 5, SUCCESS);
      send(peer, 5, FAILURE);
      assertThat(admits(peer)).isFalse();

      now += 5 * SECOND + MILLI;
      send(peer, 5, SUCCESS);
      now += MILLI;
      send(peer, 9, SUCCESS);
      assertThat(admits(peer)).isTrue();
    }

    @Test
    void sendsElsewhereWhatWouldGoToAReplicaThatFails() {
      Peer peer = combination(2);
      for (int i = 0; i < 10; i++) {
        peer.ended(SUCCESS, peer.admit(1, 1, now), now, now + MILLI);
      }
      for (int i = 0; i < 5; i++) {
        peer.ended(FAILURE, peer.admit(1, 0, now), now, now + MILLI);
      }

      assertThat(peer.admit(1, 0, now)).isEqualTo(1);
      now += 31 * SECOND;
      assertThat(peer.admit(1, 0, now)).isZero();
    }

    @Test
    void takesNoCallerFaultForEvidence() {
      Peer peer = combination(1);
      send(peer, 100, CALLER_FAULT);

      assertThat(admits(peer)).isTrue();
    }

    @Test
    void knowsItsParametersByPlace() {
      assertThat(CombinationParameters.of(parameters.toArray())).isEqualTo(parameters);
      assertThat(CombinationParameters.RANGES).hasSize(parameters.toArray().length);
      for (int i = 0; i < parameters.toArray().length; i++) {
        CombinationParameters.Range range = CombinationParameters.RANGES.get(i);
        double value = parameters.toArray()[i];
        assertThat(range.at(range.placeOf(value))).as(range.name()).isCloseTo(value, within(.5));
      }
    }

    private Peer combination(int replicas) {
      return Peers.combination(parameters).create(new Peer.Setting(SECOND, replicas, 1));
    }
  }

  @Nested
  class OfHelpers {
    @Test
    void retryTokensAllowTheirShareAndReserve() {
      RetryTokens tokens = new RetryTokens(.2, 0);
      for (int i = 0; i < 10; i++) {
        tokens.onRequest(now);
      }
      assertThat(tokens.tryWithdraw(now)).isTrue();
      tokens.onRequest(now);
      assertThat(tokens.tryWithdraw(now)).isTrue();
      assertThat(tokens.tryWithdraw(now)).isFalse();
    }

    @Test
    void slidingCountsForgetBucketByBucket() {
      SlidingCounts counts = new SlidingCounts(10 * SECOND, 10);
      counts.add(0, 3, 1);
      counts.add(5 * SECOND, 2, 2);

      assertThat(counts.all(9 * SECOND)).isEqualTo(5);
      assertThat(counts.good(9 * SECOND)).isEqualTo(3);
      assertThat(counts.all(10 * SECOND)).isEqualTo(2);
      assertThat(counts.all(100 * SECOND)).isZero();
    }
  }

  private static Peer peer(String name) {
    return Peers.all().stream()
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .orElseThrow()
        .factory()
        .create(new Peer.Setting(SECOND, 1, 1));
  }

  private boolean admits(Peer peer) {
    return peer.admit(1, 0, now) != Peer.REJECT;
  }

  /** Calls that are admitted and end at once. */
  private void send(Peer peer, int count, Outcome outcome) {
    for (int i = 0; i < count; i++) {
      assertThat(admits(peer)).as("call %d of %d", i, count).isTrue();
      peer.ended(outcome, 0, now, now + MILLI);
    }
  }

  /** Results alone. */
  private void end(Peer peer, int count, Outcome outcome) {
    for (int i = 0; i < count; i++) {
      peer.ended(outcome, 0, now, now);
    }
  }
}
