package io.foreguard.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.ClassicPolicy;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.circuitbreaker.State;
import io.foreguard.guard.Guard;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.annotation.Bulkhead;
import io.foreguard.spring.annotation.Retry;
import io.foreguard.spring.aop.ForeguardAnnotationAutoConfiguration;
import io.foreguard.spring.cloud.ForeguardRefreshAutoConfiguration;
import io.foreguard.time.Clock;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.core.env.MapPropertySource;

@ExtendWith(OutputCaptureExtension.class)
class GuardRefreshTest {
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  ForeguardAutoConfiguration.class,
                  ForeguardAnnotationAutoConfiguration.class,
                  ForeguardRefreshAutoConfiguration.class))
          .withBean(Clock.class, ManualClock::new)
          .withPropertyValues(
              "foreguard.guards.points.retry.max-attempts=2",
              "foreguard.guards.points.timeout=1s",
              "foreguard.guards.points.bulkhead.max-concurrent-calls=5",
              "foreguard.guards.pooled.thread-pool.max-threads=2",
              "foreguard.guards.fixed.policy=classic");

  @Test
  void livePartsTakeTheNewSettingsAndKeepTheirEvidence() {
    runner.run(
        context -> {
          Guard guard = guard(context, "points");
          guard.call(() -> "fine");
          var model = guard.circuitBreaker().config().model();
          refresh(
              context,
              Map.of(
                  "foreguard.guards.points.retry.max-attempts", "7",
                  "foreguard.guards.points.timeout", "3s",
                  "foreguard.guards.points.bulkhead.max-concurrent-calls", "9",
                  "foreguard.guards.points.predictive.hold-cost", "2",
                  "foreguard.guards.pooled.thread-pool.max-threads", "4"));
          assertThat(guard(context, "points")).isSameAs(guard);
          assertThat(guard.retry().orElseThrow().config().maxAttempts()).isEqualTo(7);
          assertThat(guard.timeout().orElseThrow().limit()).hasSeconds(3);
          assertThat(guard.bulkhead().orElseThrow().maxConcurrentCalls()).isEqualTo(9);
          assertThat(guard.circuitBreaker().config().policy().toString()).contains("2.0");
          assertThat(guard.circuitBreaker().config().deadline())
              .as("follows the time-out")
              .hasValue(Duration.ofSeconds(3));
          assertThat(guard.circuitBreaker().config().model()).isSameAs(model);
          assertThat(guard.circuitBreaker().metrics().successes()).isEqualTo(1);
          assertThat(
                  guard(context, "pooled").threadPoolBulkhead().orElseThrow().maxConcurrentCalls())
              .isEqualTo(4);
        });
  }

  @Test
  void anOpenCircuitWhosePolicyIsTheSameGoesOnWaiting() {
    runner.run(
        context -> {
          CircuitBreaker breaker = guard(context, "fixed").circuitBreaker();
          breaker.transitionToOpen();
          var policy = breaker.config().policy();
          context.getBean(ManualClock.class).advance(Duration.ofSeconds(50));
          refresh(context, Map.of("foreguard.guards.fixed.slow-call-duration", "2s"));
          assertThat(breaker.state()).isEqualTo(State.OPEN);
          assertThat(breaker.config().policy()).isSameAs(policy);
          assertThat(breaker.config().slowCallDuration()).hasValue(Duration.ofSeconds(2));
          context.getBean(ManualClock.class).advance(Duration.ofSeconds(11));
          assertThat(breaker.tryAcquire()).as("after 61 seconds of 60").isPresent();
        });
  }

  @Test
  void thePolicyAndTheModeChange() {
    runner.run(
        context -> {
          CircuitBreaker breaker = guard(context, "points").circuitBreaker();
          refresh(
              context,
              Map.of(
                  "foreguard.guards.points.policy", "classic",
                  "foreguard.defaults.mode", "shadow"));
          assertThat(breaker.config().policy()).isInstanceOf(ClassicPolicy.class);
          assertThat(breaker.mode()).isEqualTo(Mode.SHADOW);
          breaker.mode(Mode.DISABLED);
          refresh(
              context,
              Map.of(
                  "foreguard.guards.points.slow-call-duration", "1s",
                  "foreguard.defaults.mode", "shadow"));
          assertThat(breaker.mode()).as("an operator's word stays").isEqualTo(Mode.DISABLED);
        });
  }

  @Test
  void aGuardThatIsNewIsMade() {
    runner.run(
        context -> {
          refresh(context, Map.of("foreguard.guards.late.retry.max-attempts", "5"));
          assertThat(registry(context).guards().find("late").orElseThrow().retry()).isPresent();
        });
  }

  @Test
  void aBadValueChangesNothingAtAll(CapturedOutput output) {
    runner.run(
        context -> {
          Guard guard = guard(context, "points");
          boolean refreshed =
              refresh(
                  context,
                  Map.of(
                      "foreguard.guards.points.retry.max-attempts", "7",
                      "foreguard.guards.new.timeout", "5s",
                      "foreguard.guards.new.deadline", "1s"));
          assertThat(refreshed).isFalse();
          assertThat(guard.retry().orElseThrow().config().maxAttempts()).isEqualTo(2);
          assertThat(registry(context).guards().find("new")).isEmpty();
          assertThat(output)
              .contains("cannot be put in force")
              .contains("foreguard.guards.new.timeout must be at most deadline (PT1S)");
          assertThat(refresh(context, Map.of("foreguard.guards.points.retry.max-attempts", "7")))
              .isTrue();
          assertThat(guard.retry().orElseThrow().config().maxAttempts()).isEqualTo(7);
        });
  }

  @Test
  void aMisspeltPropertyChangesNothingAtAll(CapturedOutput output) {
    runner.run(
        context -> {
          boolean refreshed =
              refresh(
                  context,
                  Map.of(
                      "foreguard.guards.points.retry.max-attempts", "7",
                      "foreguard.guards.points.timout", "5s"));
          assertThat(refreshed).isFalse();
          assertThat(output).contains("foreguard.guards.points.timout");
          assertThat(guard(context, "points").retry().orElseThrow().config().maxAttempts())
              .isEqualTo(2);
        });
  }

  @Test
  void whatNeedsARestartIsToldInOneWarning(CapturedOutput output) {
    runner.run(
        context -> {
          refresh(
              context,
              Map.of(
                  "foreguard.guards.points.deadline", "30s",
                  "foreguard.guards.points.hedge.enabled", "true",
                  "foreguard.guards.points.retry.max-attempts", "4"));
          assertThat(output)
              .contains(
                  "Guard 'points' has new settings; of them these take effect at the next start"
                      + " only: hedge, deadline");
          assertThat(guard(context, "points").retry().orElseThrow().config().maxAttempts())
              .isEqualTo(4);
        });
  }

  @Test
  void partsOfSinglePoliciesTakeTheNewSettings() {
    runner
        .withBean(Single.class)
        .run(
            context -> {
              refresh(
                  context,
                  Map.of(
                      "foreguard.defaults.retry.max-attempts", "6",
                      "foreguard.defaults.bulkhead.max-concurrent-calls", "8"));
              var retry = registry(context).retries().find("alone").orElseThrow();
              assertThat(retry.config().maxAttempts()).isEqualTo(6);
              var bulkhead = registry(context).bulkheads().find("alone").orElseThrow();
              assertThat(bulkhead.maxConcurrentCalls()).isEqualTo(8);
            });
  }

  @Test
  void springCloudsEventRefreshesWhenOneOfOurPropertiesChanged() {
    runner.run(
        context -> {
          Guard guard = guard(context, "points");
          set(context, Map.of("foreguard.guards.points.retry.max-attempts", "3"));
          context.publishEvent(new EnvironmentChangeEvent(context, Set.of("other.property")));
          assertThat(guard.retry().orElseThrow().config().maxAttempts()).isEqualTo(2);
          context.publishEvent(
              new EnvironmentChangeEvent(
                  context, Set.of("foreguard.guards.points.retry.max-attempts")));
          assertThat(guard.retry().orElseThrow().config().maxAttempts()).isEqualTo(3);
        });
  }

  @Test
  void withoutSpringCloudItIsCalledByHand() {
    runner
        .withClassLoader(new FilteredClassLoader("org.springframework.cloud"))
        .run(
            context -> {
              refresh(context, Map.of("foreguard.guards.points.retry.max-attempts", "3"));
              assertThat(guard(context, "points").retry().orElseThrow().config().maxAttempts())
                  .isEqualTo(3);
            });
  }

  private static boolean refresh(AssertableApplicationContext context, Map<String, Object> values) {
    set(context, values);
    return context.getBean(GuardRefresh.class).refresh();
  }

  private static void set(AssertableApplicationContext context, Map<String, Object> values) {
    var sources = context.getSourceApplicationContext().getEnvironment().getPropertySources();
    sources.remove("changed");
    sources.addFirst(new MapPropertySource("changed", values));
  }

  private static Guard guard(AssertableApplicationContext context, String name) {
    return registry(context).guards().find(name).orElseThrow();
  }

  private static ForeguardRegistry registry(AssertableApplicationContext context) {
    return context.getBean(ForeguardRegistry.class);
  }

  static class Single {
    @Retry("alone")
    @Bulkhead("alone")
    public void call() throws IOException {}
  }
}
