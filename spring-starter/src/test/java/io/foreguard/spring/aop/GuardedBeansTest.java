package io.foreguard.spring.aop;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.spring.ForeguardAutoConfiguration;
import io.foreguard.spring.Guarded;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.resilience.annotation.Retryable;

@ExtendWith(OutputCaptureExtension.class)
class GuardedBeansTest {
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  ForeguardAutoConfiguration.class, ForeguardAnnotationAutoConfiguration.class));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          NoFallback      | there is no method 'missing' in                     | private String missing(String id, Exception failure) { ... }
          OtherParameters | found String fallback(Integer), int fallback(String) | private String fallback(String id, Exception failure) { ... }
          BadKey          | its key "#id +" is not a SpEL expression            | for example key = "#id"
          NoName          | its guard has no name                               | @Guarded("loyalty")
          PlainFuture     | it returns java.util.concurrent.Future              | Return the value itself
          Reactive        | it returns java.util.concurrent.Flow$Publisher      | Return the value itself
          PrivateMethod   | it is private, static or final                      | Make the method public
          FinalMethod     | it is private, static or final                      | Make the method public
          """)
  void aMethodThatCannotBeGuardedFailsTheStartWithWhatToWrite(
      String type, String problem, String remedy) throws Exception {
    Class<?> bean = Class.forName(getClass().getName() + "$" + type);
    runner
        .withUserConfiguration(bean)
        .run(
            context -> {
              FailureAnalysis analysis =
                  new InvalidGuardedMethodFailureAnalyzer().analyze(context.getStartupFailure());
              assertThat(analysis).isNotNull();
              assertThat(analysis.getDescription())
                  .contains("Method: " + bean.getName() + ".call(", problem);
              assertThat(analysis.getAction()).contains(remedy);
            });
  }

  @Test
  void beansThatDoNotExistYetAreCheckedWithoutMakingThem() {
    AtomicBoolean made = new AtomicBoolean();
    runner
        .withBean(
            "lazy",
            NoFallback.class,
            () -> {
              made.set(true);
              return new NoFallback();
            },
            definition -> definition.setLazyInit(true))
        .run(
            context -> {
              assertThat(context.getStartupFailure())
                  .isInstanceOf(InvalidGuardedMethodException.class);
              assertThat(made).isFalse();
            });
    runner
        .withBean(
            "many",
            NoFallback.class,
            NoFallback::new,
            definition -> definition.setScope(BeanDefinition.SCOPE_PROTOTYPE))
        .run(context -> assertThat(context).hasFailed());
  }

  @Test
  void retriesOutsideOfTheGuardAreWarnedOf(CapturedOutput output) {
    runner
        .withUserConfiguration(Twice.class)
        .run(
            context ->
                assertThat(output)
                    .contains("$Twice.call() is @Retryable outside of guard 'points'"));
  }

  static class NoFallback {
    @Guarded(name = "points", fallbackMethod = "missing")
    public String call(String id) {
      return id;
    }
  }

  static class OtherParameters {
    @Guarded(name = "points", fallbackMethod = "fallback")
    public String call(String id) {
      return id;
    }

    String fallback(Integer id) {
      return "";
    }

    int fallback(String id) {
      return 0;
    }
  }

  static class BadKey {
    @Guarded(name = "points", key = "#id +")
    public String call(String id) {
      return id;
    }
  }

  static class NoName {
    @Guarded(fallbackMethod = "fallback")
    public void call() {}

    void fallback() {}
  }

  static class PlainFuture {
    @Guarded("points")
    public Future<String> call() {
      return null;
    }
  }

  static class Reactive {
    @Guarded("points")
    public Flow.Publisher<String> call() {
      return null;
    }
  }

  static class PrivateMethod {
    @Guarded("points")
    @SuppressWarnings("UnusedMethod") // the mistake that is to be found
    private void call() {}
  }

  static class FinalMethod {
    @Guarded("points")
    public final void call() {}
  }

  static class Twice {
    @Retryable
    @Guarded("points")
    public void call() {}
  }
}
