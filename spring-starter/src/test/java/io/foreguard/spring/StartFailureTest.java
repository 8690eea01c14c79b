package io.foreguard.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foreguard.spring.aop.ForeguardAnnotationAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

/** What somebody reads whose application does not start. */
@ExtendWith(OutputCaptureExtension.class)
class StartFailureTest {
  @Test
  void aBadValueIsToldWithItsPropertyRuleAndOrigin(CapturedOutput output) {
    failsToStart(Empty.class, "--foreguard.guards.points.timeout=-5s");
    assertThat(output)
        .contains("APPLICATION FAILED TO START")
        .contains("Property: foreguard.guards.points.timeout")
        .contains("Value: -5s")
        .contains(
            "Origin: foreguard.guards.points.timeout from \"foreguard.guards.points.timeout\"")
        .contains("Rule: foreguard.guards.points.timeout must be longer than zero");
  }

  @Test
  void aBadInheritedValueIsToldWhereItIsSet(CapturedOutput output) {
    failsToStart(
        Empty.class, "--foreguard.defaults.timeout=90s", "--foreguard.guards.points.deadline=2m");
    assertThat(output)
        .contains("Property: foreguard.guards.points.permit-lease")
        .contains("Value: PT1M")
        .contains("Origin: not set")
        .contains("must be longer than deadline (PT1M30S)");
  }

  @Test
  void aMisspeltPropertyIsTold(CapturedOutput output) {
    failsToStart(Empty.class, "--foreguard.guards.points.timout=5s");
    assertThat(output)
        .contains("APPLICATION FAILED TO START")
        .contains("foreguard.guards.points.timout")
        .contains("Perhaps: foreguard.guards.points.timeout")
        .contains("left unbound");
  }

  @Test
  void aMisspeltPropertyOfAPartIsTold(CapturedOutput output) {
    failsToStart(
        Empty.class,
        "--foreguard.defaults.retry.max-atempts=5",
        "--foreguard.guards[a.b].retry.maximum-attempts=5",
        "--foreguard.aspekt-order=1");
    assertThat(output)
        .contains("Perhaps: foreguard.defaults.retry.max-attempts")
        .contains("Perhaps: foreguard.guards[a.b].retry.max-attempts")
        .contains("Perhaps: foreguard.aspect-order");
  }

  @Test
  void aValueOfAnotherKindIsTold(CapturedOutput output) {
    failsToStart(Empty.class, "--foreguard.guards.points.timeout=soon");
    assertThat(output)
        .contains("Property: foreguard.guards.points.timeout")
        .contains("'soon' is not a valid duration");
  }

  @Test
  void aFallbackMethodThatDoesNotFitIsToldWithTheOneToWrite(CapturedOutput output) {
    failsToStart(WrongFallback.class);
    assertThat(output)
        .contains("APPLICATION FAILED TO START")
        .contains("Method: " + WrongFallback.class.getName() + ".points(String, int)")
        .contains("found String unknown(int)")
        .contains("private Integer unknown(String customer, int year, Exception failure) { ... }");
  }

  private static void failsToStart(Class<?> source, String... arguments) {
    assertThatThrownBy(
            () ->
                new SpringApplicationBuilder(source)
                    .web(WebApplicationType.NONE)
                    .run(arguments)
                    .close())
        .isInstanceOf(Exception.class);
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration({
    ForeguardAutoConfiguration.class,
    ForeguardAnnotationAutoConfiguration.class
  })
  static class Empty {}

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration({
    ForeguardAutoConfiguration.class,
    ForeguardAnnotationAutoConfiguration.class
  })
  static class WrongFallback {
    @Guarded(name = "points", fallbackMethod = "unknown")
    public Integer points(String customer, int year) {
      return year;
    }

    String unknown(int year) {
      return "" + year;
    }
  }
}
