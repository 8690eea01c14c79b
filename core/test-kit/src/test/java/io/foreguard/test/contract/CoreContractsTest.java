package io.foreguard.test.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.ClassicPolicy;
import io.foreguard.circuitbreaker.PredictivePolicy;
import io.foreguard.circuitbreaker.TripPolicy;
import io.foreguard.estimation.StatisticalModel;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.evidence.LatencyEvidence;
import io.foreguard.evidence.OutcomeClassifier;
import io.foreguard.retry.Backoff;
import io.foreguard.retry.Jitter;
import io.foreguard.test.ScriptedDependency;
import io.foreguard.test.VirtualTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Core's own implementations keep the contracts of its interfaces. */
class CoreContractsTest {
  @Nested
  class TheDefaultModel extends SuccessModelContract {
    @Override
    protected SuccessModel model() {
      return StatisticalModel.instance();
    }
  }

  @Nested
  class ThePredictivePolicy extends TripPolicyContract {
    @Override
    protected TripPolicy policy() {
      return TripPolicy.predictive();
    }
  }

  @Nested
  class APredictivePolicyThatIsHardToMove extends TripPolicyContract {
    @Override
    protected TripPolicy policy() {
      return PredictivePolicy.builder()
          .minimumSuccessProbability(.1)
          .limitsConcurrency(false)
          .maxProbeInterval(Duration.ofMinutes(5))
          .build();
    }
  }

  @Nested
  class TheClassicPolicy extends TripPolicyContract {
    @Override
    protected TripPolicy policy() {
      return TripPolicy.classic();
    }
  }

  @Nested
  class AClassicPolicyOverTime extends TripPolicyContract {
    @Override
    protected TripPolicy policy() {
      return ClassicPolicy.builder()
          .slidingWindow(ClassicPolicy.WindowType.TIME_BASED, 30)
          .failureRateThreshold(1)
          .halfOpenCalls(1)
          .build();
    }
  }

  @Nested
  class TheStandardClassifier extends OutcomeClassifierContract {
    @Override
    protected OutcomeClassifier classifier() {
      return OutcomeClassifier.standard();
    }
  }

  @Nested
  class AClassifierOfParts extends OutcomeClassifierContract {
    @Override
    protected OutcomeClassifier classifier() {
      return OutcomeClassifier.standard()
          .callerFaultIf(IllegalArgumentException.class::isInstance)
          .ignoreIf(IllegalStateException.class::isInstance)
          .failureIfResult("503"::equals);
    }

    @Override
    protected List<Object> results() {
      return List.of("503");
    }

    @Override
    protected List<Throwable> failures() {
      return List.of(new IllegalArgumentException());
    }
  }

  @Nested
  class NoBackoff extends BackoffContract {
    @Override
    protected Backoff backoff() {
      return Backoff.none();
    }
  }

  @Nested
  class AFixedBackoff extends BackoffContract {
    @Override
    protected Backoff backoff() {
      return Backoff.fixed(Duration.ofMillis(200));
    }
  }

  @Nested
  class FullJitter extends Exponential {
    FullJitter() {
      super(Jitter.FULL);
    }
  }

  @Nested
  class EqualJitter extends Exponential {
    EqualJitter() {
      super(Jitter.EQUAL);
    }
  }

  @Nested
  class NoJitter extends Exponential {
    NoJitter() {
      super(Jitter.NONE);
    }
  }

  @Nested
  class DecorrelatedJitter extends Exponential {
    DecorrelatedJitter() {
      super(Jitter.DECORRELATED);
    }

    @Test
    void allJittersAreTested() {
      long tested =
          Arrays.stream(CoreContractsTest.class.getDeclaredClasses())
              .filter(type -> type.getSuperclass() == Exponential.class)
              .count();
      assertThat(tested).isEqualTo(Jitter.values().length);
    }
  }

  abstract static class Exponential extends BackoffContract {
    private final Jitter jitter;

    Exponential(Jitter jitter) {
      this.jitter = jitter;
    }

    @Override
    protected Backoff backoff() {
      return Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(20)).withJitter(jitter);
    }
  }

  @Nested
  class ABreakersLatency extends LatencyEvidenceContract {
    @Override
    protected LatencyEvidence evidence() {
      VirtualTime time = VirtualTime.create();
      ScriptedDependency dependency = ScriptedDependency.of("dependency", time);
      CircuitBreaker breaker =
          CircuitBreaker.of("dependency", CircuitBreakerConfig.defaults(), time);
      for (int i = 0; i < 1_000; i++) {
        dependency.taking(Duration.ofMillis(10 + i % 50));
        try {
          String unused = breaker.call(() -> dependency.answer("answer"));
        } catch (Exception e) {
          throw new AssertionError(e);
        }
      }
      return breaker.latency();
    }

    @Override
    protected LatencyEvidence unknown() {
      return CircuitBreaker.of("dependency").latency();
    }
  }
}
