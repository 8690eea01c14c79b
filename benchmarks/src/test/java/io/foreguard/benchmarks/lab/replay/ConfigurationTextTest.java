package io.foreguard.benchmarks.lab.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.ClassicPolicy;
import io.foreguard.circuitbreaker.ClassicPolicy.WindowType;
import io.foreguard.circuitbreaker.PredictivePolicy;
import io.foreguard.guard.Guard;
import java.io.IOException;
import java.io.StringReader;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigurationTextTest {
  private static final String NAME = "pay\"ments\\";

  static Stream<Configuration> configurations() {
    Configuration usual = Configuration.defaults();
    return Stream.of(
        usual,
        usual.with(d -> d.timeout = Duration.ofMillis(350)),
        usual.with(d -> d.timeout = Duration.ofNanos(1_234_567)),
        usual.with(d -> d.timeout = Duration.ofMinutes(2)),
        usual.with(
            d -> {
              d.timeout = Duration.ofSeconds(2);
              d.fastFailureCost = .5;
              d.holdCost = 2;
              d.rejectionCost = 1.5;
              d.minimumSuccessProbability = .15;
              d.limitsConcurrency = false;
              d.maxProbeInterval = Duration.ofSeconds(5);
              d.slowCallDuration = Duration.ofMillis(1500);
            }),
        usual.with(
            d -> {
              d.timeout = Duration.ofSeconds(1);
              d.classic =
                  ClassicPolicy.builder()
                      .failureRateThreshold(.3)
                      .slowCallRateThreshold(.8)
                      .slidingWindow(WindowType.TIME_BASED, 30)
                      .minimumCalls(20)
                      .openDuration(Duration.ofMillis(4500))
                      .halfOpenCalls(3)
                      .build();
            }));
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void printsJavaThatMakesTheSameConfiguration(Configuration configuration, @TempDir Path folder)
      throws Exception {
    Guard guard = compiled(ConfigurationText.java(configuration, NAME), folder);

    CircuitBreakerConfig made = guard.circuitBreaker().config();
    CircuitBreakerConfig meant = configuration.breaker();
    assertThat(guard.name()).isEqualTo(NAME);
    assertThat(made.deadline()).isEqualTo(meant.deadline());
    assertThat(made.permitLease()).isEqualTo(meant.permitLease());
    assertThat(made.slowCallDuration()).isEqualTo(meant.slowCallDuration());
    assertThat(made.policy()).hasToString(meant.policy().toString());
    if (made.policy() instanceof PredictivePolicy policy
        && meant.policy() instanceof PredictivePolicy other) {
      assertThat(policy.limitsConcurrency()).isEqualTo(other.limitsConcurrency());
      assertThat(policy.maxProbeInterval()).isEqualTo(other.maxProbeInterval());
    }
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void printsPropertiesThatAreReadBack(Configuration configuration) throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(ConfigurationText.properties(configuration, "payments")));

    CurrentConfiguration read = CurrentConfiguration.of(properties, "payments");

    Configuration usual = Configuration.defaults();
    Configuration told =
        configuration.with(
            d -> {
              d.limitsConcurrency = usual.limitsConcurrency();
              d.maxProbeInterval = usual.maxProbeInterval();
            });
    assertThat(read.configuration().breaker().policy())
        .hasToString(told.breaker().policy().toString());
    assertThat(read.configuration().timeout()).isEqualTo(told.timeout());
    assertThat(read.configuration().slowCallDuration()).isEqualTo(told.slowCallDuration());
    assertThat(read.ignored()).isEmpty();
  }

  @Test
  void readsWhatAGuardInheritsAndNamesWhatALogCannotJudge() {
    Properties properties = new Properties();
    properties.setProperty("foreguard.defaults.timeout", "2s");
    properties.setProperty("foreguard.defaults.predictive.hold-cost", "3");
    properties.setProperty("foreguard.guards.[a.b].timeout", "PT0.5S");
    properties.setProperty("foreguard.guards.[a.b].retry.max-attempts", "3");
    properties.setProperty("foreguard.guards.other.timeout", "9s");

    CurrentConfiguration read = CurrentConfiguration.of(properties, "a.b");

    assertThat(read.configuration().timeout()).isEqualTo(Duration.ofMillis(500));
    assertThat(read.configuration().holdCost()).isEqualTo(3);
    assertThat(read.ignored()).containsExactly("retry.max-attempts");
  }

  @Test
  void namesThePropertyThatMakesNoSense() {
    assertRefused("timeout", "soon", "timeout must be a duration such as 500ms");
    assertRefused("timeout", "99999999999999999999s", "timeout must be a duration");
    assertRefused("predictive.hold-cost", "much", "predictive.hold-cost must be a number");
    assertRefused("classic.minimum-calls", "1.5", "classic.minimum-calls must be a whole number");
    assertRefused("classic.sliding-window-type", "round", "must be count-based or time-based");
  }

  private static void assertRefused(String name, String value, String message) {
    Properties properties = new Properties();
    properties.setProperty("foreguard.defaults." + name, value);
    CurrentConfiguration read = CurrentConfiguration.of(properties, "any");

    assertThatIllegalArgumentException()
        .isThrownBy(read::configuration)
        .withMessageContaining(message);
  }

  @SuppressWarnings("unchecked") // The class is ours: a supplier of a guard.
  private static Guard compiled(String expression, Path folder) throws Exception {
    String source =
        """
        import io.foreguard.circuitbreaker.*;
        import io.foreguard.guard.Guard;
        import java.time.Duration;

        public final class Made implements java.util.function.Supplier<Guard> {
          public Guard get() {
            return %s;
          }
        }
        """;
    Path file = folder.resolve("Made.java");
    Files.writeString(file, source.replace("%s", expression));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(problems, null, null)) {
      List<String> options =
          List.of(
              "-proc:none",
              "-d",
              folder.toString(),
              "-classpath",
              System.getProperty("java.class.path"));
      boolean compiles =
          compiler
              .getTask(null, files, problems, options, null, files.getJavaFileObjects(file))
              .call();
      assertThat(compiles).as("%s in %s", problems.getDiagnostics(), expression).isTrue();
    }
    ClassLoader ours = ConfigurationTextTest.class.getClassLoader();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, ours)) {
      Object made = loader.loadClass("Made").getDeclaredConstructor().newInstance();
      return ((Supplier<Guard>) made).get();
    }
  }
}
