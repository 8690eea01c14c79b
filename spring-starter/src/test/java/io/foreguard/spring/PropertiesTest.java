package io.foreguard.spring;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.bulkhead.BulkheadConfig;
import io.foreguard.bulkhead.ThreadPoolBulkheadConfig;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.ClassicPolicy;
import io.foreguard.circuitbreaker.ClassicPolicy.WindowType;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.circuitbreaker.PredictivePolicy;
import io.foreguard.evidence.Outcome;
import io.foreguard.guard.Guard;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.retry.Jitter;
import io.foreguard.retry.RetryConfig;
import java.io.FileNotFoundException;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.task.TaskRejectedException;

class PropertiesTest {
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(ForeguardAutoConfiguration.class));

  @Test
  void everyPropertyOfAGuardReachesItsSetting() {
    runner
        .withPropertyValues(
            "foreguard.guards.x.mode=shadow",
            "foreguard.guards.x.timeout=800ms",
            "foreguard.guards.x.deadline=2s",
            "foreguard.guards.x.slow-call-duration=500",
            "foreguard.guards.x.permit-lease=5s",
            "foreguard.guards.x.predictive.fast-failure-cost=0.5",
            "foreguard.guards.x.predictive.hold-cost=2",
            "foreguard.guards.x.predictive.rejection-cost=3",
            "foreguard.guards.x.predictive.minimum-success-probability=0.15",
            "foreguard.guards.x.retry.max-attempts=4",
            "foreguard.guards.x.retry.base-delay=20ms",
            "foreguard.guards.x.retry.max-delay=200ms",
            "foreguard.guards.x.retry.multiplier=3",
            "foreguard.guards.x.retry.jitter=equal",
            "foreguard.guards.x.retry.budget-ratio=0.2",
            "foreguard.guards.x.retry.budget-burst=7",
            "foreguard.guards.x.bulkhead.max-concurrent-calls=8",
            "foreguard.guards.x.bulkhead.max-wait=30ms",
            "foreguard.guards.x.bulkhead.max-queue=9")
        .run(
            context -> {
              Guard guard = guard(context, "x");
              CircuitBreakerConfig breaker = guard.circuitBreaker().config();
              assertThat(breaker.mode()).isEqualTo(Mode.SHADOW);
              assertThat(breaker.deadline()).contains(ofMillis(800));
              assertThat(breaker.slowCallDuration()).contains(ofMillis(500));
              assertThat(breaker.permitLease()).isEqualTo(ofSeconds(5));
              PredictivePolicy policy = (PredictivePolicy) breaker.policy();
              assertThat(policy.fastFailureCost()).isEqualTo(.5);
              assertThat(policy.holdCost()).isEqualTo(2);
              assertThat(policy.rejectionCost()).isEqualTo(3);
              assertThat(policy.threshold(1)).isEqualTo(.15);
              assertThat(guard.timeout().orElseThrow().config().duration())
                  .isEqualTo(ofMillis(800));
              assertThat(guard.deadline()).contains(ofSeconds(2));
              RetryConfig retry = guard.retry().orElseThrow().config();
              assertThat(retry.maxAttempts()).isEqualTo(4);
              assertThat(retry.baseDelay()).isEqualTo(ofMillis(20));
              assertThat(retry.maxDelay()).isEqualTo(ofMillis(200));
              assertThat(retry.multiplier()).isEqualTo(3);
              assertThat(retry.jitter()).isEqualTo(Jitter.EQUAL);
              assertThat(retry.budgetRatio()).isEqualTo(.2);
              assertThat(retry.budgetBurst()).isEqualTo(7);
              BulkheadConfig bulkhead = guard.bulkhead().orElseThrow().config();
              assertThat(bulkhead.maxConcurrentCalls()).isEqualTo(8);
              assertThat(bulkhead.maxWait()).isEqualTo(ofMillis(30));
              assertThat(bulkhead.maxQueue()).isEqualTo(9);
            });
  }

  @Test
  void everyPropertyOfTheClassicPolicyAndTheThreadPoolReachesItsSetting() {
    runner
        .withPropertyValues(
            "foreguard.guards.x.policy=classic",
            "foreguard.guards.x.classic.failure-rate-threshold=0.4",
            "foreguard.guards.x.classic.slow-call-rate-threshold=0.9",
            "foreguard.guards.x.classic.sliding-window-type=time-based",
            "foreguard.guards.x.classic.sliding-window-size=30",
            "foreguard.guards.x.classic.minimum-calls=6",
            "foreguard.guards.x.classic.open-duration=7s",
            "foreguard.guards.x.classic.half-open-calls=5",
            "foreguard.guards.x.thread-pool.max-threads=6",
            "foreguard.guards.x.thread-pool.core-threads=2",
            "foreguard.guards.x.thread-pool.queue-capacity=3",
            "foreguard.guards.x.thread-pool.keep-alive=4s",
            "foreguard.guards.x.thread-pool.virtual-threads=false",
            "foreguard.guards.x.thread-pool.thread-name-prefix=points")
        .run(
            context -> {
              Guard guard = guard(context, "x");
              ClassicPolicy policy = (ClassicPolicy) guard.circuitBreaker().config().policy();
              assertThat(policy.failureRateThreshold()).isEqualTo(.4);
              assertThat(policy.slowCallRateThreshold()).isEqualTo(.9);
              assertThat(policy.windowType()).isEqualTo(WindowType.TIME_BASED);
              assertThat(policy.windowSize()).isEqualTo(30);
              assertThat(policy.minimumCalls()).isEqualTo(6);
              assertThat(policy.openDuration()).isEqualTo(ofSeconds(7));
              assertThat(policy.halfOpenCalls()).isEqualTo(5);
              ThreadPoolBulkheadConfig pool = guard.threadPoolBulkhead().orElseThrow().config();
              assertThat(pool.maxThreads()).isEqualTo(6);
              assertThat(pool.coreThreads()).isEqualTo(2);
              assertThat(pool.queueCapacity()).isEqualTo(3);
              assertThat(pool.keepAlive()).isEqualTo(ofSeconds(4));
              assertThat(pool.virtualThreads()).isFalse();
              assertThat(pool.threadNamePrefix()).contains("points");
            });
  }

  @Test
  void aGuardInheritsEachPropertyThatItDoesNotSet() {
    runner
        .withPropertyValues(
            "foreguard.defaults.timeout=3s",
            "foreguard.defaults.policy=classic",
            "foreguard.defaults.classic.open-duration=9s",
            "foreguard.defaults.classic.half-open-calls=3",
            "foreguard.guards.x.timeout=1s",
            "foreguard.guards.x.classic.half-open-calls=4",
            "foreguard.guards.y.mode=shadow")
        .run(
            context -> {
              Guard x = guard(context, "x");
              ClassicPolicy policy = (ClassicPolicy) x.circuitBreaker().config().policy();
              assertThat(policy.openDuration()).isEqualTo(ofSeconds(9));
              assertThat(policy.halfOpenCalls()).isEqualTo(4);
              assertThat(x.timeout().orElseThrow().config().duration()).isEqualTo(ofSeconds(1));
              Guard y = guard(context, "y");
              assertThat(y.timeout().orElseThrow().config().duration()).isEqualTo(ofSeconds(3));
              assertThat(y.circuitBreaker().mode()).isEqualTo(Mode.SHADOW);
            });
  }

  @Test
  void partsMadeByHandFromTheRegistryHaveTheDefaultsToo() {
    runner
        .withPropertyValues(
            "foreguard.defaults.permit-lease=7s", "foreguard.defaults.retry.max-attempts=5")
        .run(
            context -> {
              ForeguardRegistry registry = context.getBean(ForeguardRegistry.class);
              assertThat(registry.circuitBreaker("other").config().permitLease())
                  .isEqualTo(ofSeconds(7));
              assertThat(registry.retry("other").config().maxAttempts()).isEqualTo(5);
            });
  }

  @Test
  void aPartIsThereWhenTheGuardSetsAnyOfItOrTheDefaultsEnableIt() {
    runner
        .withPropertyValues(
            "foreguard.defaults.bulkhead.enabled=true",
            "foreguard.defaults.retry.max-attempts=5",
            "foreguard.guards.plain.timeout=1s",
            "foreguard.guards.retrying.retry.base-delay=1ms",
            "foreguard.guards.enabled.retry.enabled=true",
            "foreguard.guards.without.bulkhead.enabled=false",
            "foreguard.guards.pooled.thread-pool.max-threads=2")
        .run(
            context -> {
              assertThat(guard(context, "plain").bulkhead()).isPresent();
              assertThat(guard(context, "plain").retry()).isEmpty();
              assertThat(guard(context, "retrying").retry().orElseThrow().config().maxAttempts())
                  .isEqualTo(5);
              assertThat(guard(context, "enabled").retry()).isPresent();
              assertThat(guard(context, "without").bulkhead()).isEmpty();
              assertThat(guard(context, "pooled").threadPoolBulkhead()).isPresent();
              assertThat(guard(context, "pooled").bulkhead()).isEmpty();
            });
  }

  @Test
  void exceptionsOfTheCallerAreNeitherJudgedNorRepeated() {
    runner
        .withPropertyValues(
            "foreguard.defaults.caller-fault-exceptions=java.lang.IllegalArgumentException",
            "foreguard.guards.x.ignore-exceptions=java.io.FileNotFoundException",
            "foreguard.guards.x.retry.base-delay=0")
        .run(
            context -> {
              Guard guard = guard(context, "x");
              AtomicInteger calls = new AtomicInteger();
              fail(guard, calls, new NumberFormatException());
              assertThat(calls).hasValue(1);
              fail(guard, new AtomicInteger(), new FileNotFoundException());
              fail(guard, new AtomicInteger(), new TaskRejectedException("full"));
              assertThat(guard.circuitBreaker().metrics().calls(Outcome.CALLER_FAULT)).isOne();
              assertThat(guard.circuitBreaker().metrics().calls(Outcome.IGNORED))
                  .isGreaterThanOrEqualTo(2);
              assertThat(guard.circuitBreaker().metrics().failures()).isZero();
            });
  }

  @Test
  void namesOfGuardsMayHoldAnyCharacterInBrackets() {
    runner
        .withPropertyValues("foreguard.guards[points.v2/eu].timeout=1s")
        .run(context -> assertThat(guard(context, "points.v2/eu").timeout()).isPresent());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          foreguard.guards.x.timeout=0s                        | foreguard.guards.x.timeout | must be longer than zero
          foreguard.guards.x.timeout=-1s                       | foreguard.guards.x.timeout | must be longer than zero
          foreguard.defaults.permit-lease=0s                   | foreguard.defaults.permit-lease | must be longer than zero
          foreguard.guards.x.permit-lease=0s                   | foreguard.guards.x.permit-lease | must be longer than zero
          foreguard.guards.x.predictive.hold-cost=NaN          | foreguard.guards.x.predictive.hold-cost | must be zero or more
          foreguard.guards.x.predictive.minimum-success-probability=1 | foreguard.guards.x.predictive.minimum-success-probability | must be in (0, 1), bounds excluded
          foreguard.guards.x.classic.failure-rate-threshold=50 | foreguard.guards.x.classic.failure-rate-threshold | must be in (0, 1]
          foreguard.guards.x.classic.sliding-window-size=0     | foreguard.guards.x.classic.sliding-window-size | must be in [1, 100000]
          foreguard.guards.x.classic.minimum-calls=200       | foreguard.guards.x.classic.minimum-calls | must be at most windowSize (100)
          foreguard.guards.x.retry.max-attempts=0              | foreguard.guards.x.retry.max-attempts | must be in [1, 1000000]
          foreguard.guards.x.retry.base-delay=11s              | foreguard.guards.x.retry.base-delay | must be at most maxDelay (PT10S)
          foreguard.guards.x.retry.budget-ratio=0              | foreguard.guards.x.retry.budget-ratio | must be in (0, 1]
          foreguard.guards.x.bulkhead.max-concurrent-calls=0   | foreguard.guards.x.bulkhead.max-concurrent-calls | must be in [1, 1000000]
          foreguard.guards.x.thread-pool.core-threads=11       | foreguard.guards.x.thread-pool.core-threads | must be at most maxThreads (10)
          foreguard.guards.x.ignore-exceptions=java.lang.String | foreguard.guards.x.ignore-exceptions | must be names of exception classes
          foreguard.guards[a.b].timeout=0s                     | foreguard.guards[a.b].timeout | must be longer than zero
          """)
  void aBadValueFailsTheStartByItsPropertysName(String setting, String property, String rule) {
    runner
        .withPropertyValues(setting)
        .run(context -> names(context.getStartupFailure(), property, rule));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          timeout=2s; deadline=1s                     | timeout | must be at most deadline (PT1S)
          timeout=60s                                 | permit-lease | must be longer than deadline (PT1M)
          timeout=1s; slow-call-duration=2s           | slow-call-duration | must be at most deadline (PT1S)
          deadline=1s; retry.base-delay=1s            | retry.base-delay | must be shorter than deadline (PT1S)
          deadline=1s; bulkhead.max-wait=2s           | bulkhead.max-wait | must be shorter than deadline (PT1S)
          bulkhead.max-queue=1; thread-pool.max-threads=1 | thread-pool | must be absent
          fallback.last-known-good.enabled=true       | fallback.last-known-good.maximum-age | must be set
          """)
  void aContradictionFailsTheStartByAPropertysName(String settings, String property, String rule) {
    String[] values = settings.split(";");
    for (int i = 0; i < values.length; i++) {
      values[i] = "foreguard.guards.x." + values[i].strip();
    }
    runner
        .withPropertyValues(values)
        .withUserConfiguration(GuardedX.class)
        .run(context -> names(context.getStartupFailure(), "foreguard.guards.x." + property, rule));
  }

  @ParameterizedTest
  @CsvSource({
    "foreguard.guards.x.timout=1s",
    "foreguard.guards.x.retry.attempts=3",
    "foreguard.default.timeout=1s",
    "foreguard.aspectorders=1"
  })
  void anUnknownPropertyFailsTheStart(String setting) {
    runner
        .withPropertyValues(setting, "foreguard.guards.x.deadline=1s")
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .hasRootCauseInstanceOf(UnboundConfigurationPropertiesException.class)
                    .rootCause()
                    .hasMessageContaining(setting.substring(0, setting.indexOf('='))));
  }

  private static void names(Throwable failure, String property, String rule) {
    Throwable cause = failure;
    while (cause != null && !(cause instanceof InvalidGuardSettingException)) {
      cause = cause.getCause();
    }
    assertThat(cause).isInstanceOf(InvalidGuardSettingException.class);
    InvalidGuardSettingException invalid = (InvalidGuardSettingException) cause;
    assertThat(invalid.property()).isEqualTo(property);
    assertThat(invalid.rule()).startsWith(rule);
  }

  private static void fail(Guard guard, AtomicInteger calls, Exception failure) {
    ThrowableAssert.ThrowingCallable call =
        () ->
            guard.call(
                () -> {
                  calls.incrementAndGet();
                  throw failure;
                });
    assertThat(ThrowableAssert.catchThrowable(call)).isSameAs(failure);
  }

  private static Guard guard(ApplicationContext context, String name) {
    return context.getBean(ForeguardRegistry.class).guards().find(name).orElseThrow();
  }

  static class GuardedX {
    @Guarded("x")
    public void call() {}
  }
}
