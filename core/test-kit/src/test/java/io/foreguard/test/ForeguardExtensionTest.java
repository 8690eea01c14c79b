package io.foreguard.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.foreguard.guard.Guard;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

@ExtendWith(ForeguardExtension.class)
class ForeguardExtensionTest {
  private final VirtualTime ofConstructor;
  private VirtualTime ofBeforeEach;

  ForeguardExtensionTest(VirtualTime time) {
    ofConstructor = time;
  }

  @BeforeEach
  void prepare(VirtualTime time) {
    ofBeforeEach = time;
    time.advance(Duration.ofSeconds(1));
  }

  @Test
  void allOfATestShareOneTime(
      VirtualTime time, Clock clock, ForeguardRegistry registry, ScriptedDependency loyalty) {
    assertThat(time).isSameAs(clock).isSameAs(ofConstructor).isSameAs(ofBeforeEach);
    assertThat(registry.clock()).isSameAs(time);
    assertThat(loyalty.name()).isEqualTo("loyalty");
    assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void eachTestHasATimeOfItsOwn(VirtualTime time) {
    assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(1));
    time.advance(Duration.ofSeconds(1));
  }

  @Test
  void aFailedTestTellsWhatHappenedToItsGuards() {
    List<Throwable> failures = failuresOf(Failing.class);

    assertThat(failures).hasSize(1);
    assertThat(failures.get(0)).hasMessage("on purpose");
    assertThat(failures.get(0).getSuppressed())
        .singleElement()
        .satisfies(
            history ->
                assertThat(history)
                    .hasMessageContaining("Guard 'loyalty'")
                    .hasMessageContaining("ended: SUCCESS after 0.000 s"));
  }

  private static List<Throwable> failuresOf(Class<?> test) {
    List<Throwable> failures = new ArrayList<>();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(test))
            .configurationParameter("junit.jupiter.conditions.deactivate", "*")
            .build();
    LauncherFactory.create()
        .execute(
            request,
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier id, TestExecutionResult result) {
                result.getThrowable().ifPresent(failures::add);
              }
            });
    return failures;
  }

  @ExtendWith(ForeguardExtension.class)
  @EnabledIfSystemProperty(named = "never", matches = "set") // it is run by the test above alone
  static class Failing {
    @Test
    void fails(VirtualTime time, ScriptedDependency loyalty) {
      Guard guard = Guard.builder("loyalty").clock(time).build();
      GuardProbe.of(guard).call(() -> guard.call(() -> loyalty.answer("gold")));
      throw new AssertionError("on purpose");
    }
  }
}
