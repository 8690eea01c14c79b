package io.foreguard.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.bulkhead.ThreadPoolBulkhead;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.circuitbreaker.PredictivePolicy;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.OutcomeClassifier;
import io.foreguard.guard.Guard;
import io.foreguard.guard.GuardBuilder;
import io.foreguard.predictive.feature.FeatureExtractor;
import io.foreguard.predictive.feature.FeatureSchema;
import io.foreguard.predictive.file.ModelFile;
import io.foreguard.predictive.file.ModelHeader;
import io.foreguard.predictive.forest.ForestBuilder;
import io.foreguard.predictive.model.ModelLoader;
import io.foreguard.predictive.scoring.CalibratedScorer;
import io.foreguard.predictive.scoring.Calibration;
import io.foreguard.predictive.scoring.LinearScorer;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.retry.RetryConfig;
import io.foreguard.spring.aop.ForeguardAnnotationAutoConfiguration;
import io.foreguard.spring.aop.WholeType;
import io.foreguard.time.Clock;
import io.foreguard.time.ManualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.StringUtils;

@ExtendWith(OutputCaptureExtension.class)
class ForeguardAutoConfigurationTest {
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  ForeguardAutoConfiguration.class, ForeguardAnnotationAutoConfiguration.class));

  @Test
  void withoutAnyPropertyThereIsARegistryOnTheSystemClock() {
    runner.run(
        context -> {
          assertThat(context).hasSingleBean(ForeguardRegistry.class);
          ForeguardRegistry registry = context.getBean(ForeguardRegistry.class);
          assertThat(registry.clock()).isSameAs(Clock.system());
          assertThat(registry.guards().entries()).isEmpty();
        });
  }

  @Test
  void disabledItContributesNothing() {
    runner
        .withPropertyValues("foreguard.enabled=false", "foreguard.guards.x.timeout=1s")
        .withBean(WholeType.class)
        .run(
            context -> {
              assertThat(context).doesNotHaveBean(ForeguardRegistry.class);
              assertThat(AopUtils.isAopProxy(context.getBean(WholeType.class))).isFalse();
            });
  }

  @Test
  void aClockBeanIsTheTimeOfEverything() {
    ManualClock clock = new ManualClock();
    runner
        .withBean(Clock.class, () -> clock)
        .withPropertyValues("foreguard.guards.x.timeout=1s")
        .run(
            context -> {
              ForeguardRegistry registry = context.getBean(ForeguardRegistry.class);
              assertThat(registry.clock()).isSameAs(clock);
              assertThat(registry.guard("x").circuitBreaker().clock()).isSameAs(clock);
            });
  }

  @Test
  void aRegistryOfTheUsersGetsTheConfiguredGuards() {
    ForeguardRegistry own = ForeguardRegistry.create();
    own.guard("there", guard -> guard.timeout(Duration.ofSeconds(3)));
    runner
        .withBean(ForeguardRegistry.class, () -> own)
        .withPropertyValues("foreguard.guards.x.mode=shadow", "foreguard.guards.there.timeout=1s")
        .run(
            context -> {
              assertThat(context).getBean(ForeguardRegistry.class).isSameAs(own);
              assertThat(own.guards().find("x").orElseThrow().circuitBreaker().mode())
                  .isEqualTo(Mode.SHADOW);
              assertThat(own.guard("there").timeout().orElseThrow().config().duration())
                  .isEqualTo(Duration.ofSeconds(3));
            });
  }

  @Test
  void customizersChangeWhatPropertiesSaid() {
    GuardCustomizer customizer =
        new GuardCustomizer() {
          @Override
          public void customize(String guard, GuardBuilder builder) {
            builder.deadline(Duration.ofSeconds(9));
          }

          @Override
          public void circuitBreaker(String guard, CircuitBreakerConfig.Builder settings) {
            settings.classifier(OutcomeClassifier.standard().failureIfResult("bad"::equals));
          }

          @Override
          public void retry(String guard, RetryConfig.Builder settings) {
            settings.maxAttempts(2);
          }
        };
    runner
        .withBean(GuardCustomizer.class, () -> customizer)
        .withPropertyValues(
            "foreguard.guards.x.timeout=1s", "foreguard.guards.x.retry.max-attempts=5")
        .run(
            context -> {
              Guard guard = context.getBean(ForeguardRegistry.class).guard("x");
              assertThat(guard.deadline()).contains(Duration.ofSeconds(9));
              assertThat(guard.timeout()).isPresent();
              assertThat(guard.retry().orElseThrow().config().maxAttempts()).isEqualTo(2);
              assertThat(guard.call(() -> "bad")).isEqualTo("bad");
              assertThat(guard.circuitBreaker().metrics().calls(Outcome.FAILURE)).isOne();
            });
  }

  @Test
  void aCustomizerThatFailsIsNamed() {
    runner
        .withBean(
            GuardCustomizer.class,
            () ->
                (guard, builder) -> {
                  throw new IllegalArgumentException("own must be better, but was not");
                })
        .withPropertyValues("foreguard.guards.x.timeout=1s")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasStackTraceContaining("failed to customize guard 'x'")
                    .rootCause()
                    .hasMessage("own must be better, but was not"));
  }

  @Test
  void threadPoolsEndWithTheApplication() {
    ThreadPoolBulkhead[] pools = new ThreadPoolBulkhead[2];
    runner
        .withPropertyValues("foreguard.guards.x.thread-pool.max-threads=1")
        .run(
            context -> {
              ForeguardRegistry registry = context.getBean(ForeguardRegistry.class);
              pools[0] = registry.guard("x").threadPoolBulkhead().orElseThrow();
              pools[1] = registry.threadPoolBulkheads().get("by-hand");
              assertThat(pools[0].call(() -> 1)).isOne();
              assertThat(pools[1].call(() -> 1)).isOne();
            });
    assertThat(pools[0].submit(() -> 1)).isCompletedExceptionally();
    assertThat(pools[1].submit(() -> 1)).isCompletedExceptionally();
  }

  @Test
  void eachGuardAsksAModelOfItsOwnFromTheFileAtTheThresholdItWasJudgedAt(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("points.fgm");
    int features = FeatureExtractor.schema().size();
    ForestBuilder stump = new ForestBuilder(features).tree(1);
    int split = stump.split(0, 50, .5);
    ModelFile.write(
        file,
        ModelHeader.builder(FeatureExtractor.schema()).name("stump").build(),
        stump.leaf(.05).falseBranchHere(split).leaf(.95).build());
    runner
        .withPropertyValues(
            "foreguard.defaults.model-file=" + file,
            "foreguard.guards.x.timeout=1s",
            "foreguard.guards.y.predictive.minimum-success-probability=0.4")
        .run(
            context -> {
              ForeguardRegistry registry = context.getBean(ForeguardRegistry.class);
              CircuitBreakerConfig x = registry.guard("x").circuitBreaker().config();
              CircuitBreakerConfig y = registry.guard("y").circuitBreaker().config();
              assertThat(x.model().name()).isEqualTo("stump");
              assertThat(y.model().name()).isEqualTo("stump");
              assertThat(x.model()).isNotSameAs(y.model());
              assertThat(((PredictivePolicy) x.policy()).threshold(0)).isCloseTo(.15, within(1e-9));
              assertThat(((PredictivePolicy) y.policy()).threshold(0)).isEqualTo(.4);
            });
  }

  @Test
  void aModelOfCallsDecidesOnceItHasProvedItselfUnlessToldOtherwise(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("calls.fgm");
    int features = FeatureSchema.calls().size();
    ModelFile.write(
        file,
        ModelHeader.builder(FeatureSchema.calls()).name("line").build(),
        new CalibratedScorer(
            LinearScorer.of(new double[features], -3, new double[features]),
            Calibration.sigmoid(1, 0)));
    ManualClock clock = new ManualClock();
    runner
        .withBean(Clock.class, () -> clock)
        .withPropertyValues(
            "foreguard.defaults.model-file=" + file,
            "foreguard.guards.x.timeout=1s",
            "foreguard.guards.y.model-must-prove=false")
        .run(
            context -> {
              ForeguardRegistry registry = context.getBean(ForeguardRegistry.class);
              CircuitBreaker x = registry.guard("x").circuitBreaker();
              CircuitBreaker y = registry.guard("y").circuitBreaker();
              for (int i = 0; i < 30; i++) {
                assertThat(x.call(() -> 1) + y.call(() -> 1)).isEqualTo(2);
                clock.advance(Duration.ofMillis(100));
              }
              assertThat(x.config().model().name()).isEqualTo("line");
              assertThat(x.config().model().distrust()).contains("not yet proved better");
              assertThat(y.config().model().distrust()).isEmpty();
              assertThat(x.estimate().model()).isEqualTo("statistical");
              assertThat(y.estimate().model()).isEqualTo("line");
            });
  }

  @Test
  void aMissingModelFileIsToldOnceAndLeavesTheDefaultModelInCharge(
      CapturedOutput output, @TempDir Path folder) {
    startsOnTheDefaultModel(folder.resolve("absent.fgm"));
    assertThat(StringUtils.countOccurrencesOf(output.toString(), "No learned model")).isOne();
    assertThat(output).contains("ERROR", "absent.fgm", "default model");
  }

  @Test
  void aBrokenModelFileIsToldOnceAndLeavesTheDefaultModelInCharge(
      CapturedOutput output, @TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("broken.fgm"), "no model");
    startsOnTheDefaultModel(file);
    assertThat(StringUtils.countOccurrencesOf(output.toString(), "No learned model")).isOne();
  }

  @Test
  void aModelFileWithoutThePredictiveModuleIsToldOnce(CapturedOutput output) {
    runner
        .withClassLoader(new FilteredClassLoader(ModelLoader.class))
        .withPropertyValues("foreguard.defaults.model-file=points.fgm")
        .withPropertyValues("foreguard.guards.x.timeout=1s", "foreguard.guards.y.timeout=1s")
        .run(
            context -> {
              Guard guard = context.getBean(ForeguardRegistry.class).guard("x");
              assertThat(guard.call(() -> 1)).isOne();
              assertThat(guard.circuitBreaker().config().model().name()).isEqualTo("statistical");
            });
    assertThat(StringUtils.countOccurrencesOf(output.toString(), "foreguard-predictive")).isOne();
    assertThat(output).contains("ERROR", "points.fgm");
  }

  private void startsOnTheDefaultModel(Path file) {
    runner
        .withPropertyValues("foreguard.defaults.model-file=" + file)
        .withPropertyValues("foreguard.guards.x.timeout=1s", "foreguard.guards.y.timeout=1s")
        .run(
            context -> {
              Guard guard = context.getBean(ForeguardRegistry.class).guard("x");
              assertThat(guard.call(() -> 1)).isOne();
              guard.circuitBreaker().signals();
              assertThat(guard.circuitBreaker().estimate().model()).isEqualTo("statistical");
            });
  }
}
