package io.foreguard.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.circuitbreaker.CircuitOpenException;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.annotation.Retry;
import io.foreguard.spring.aop.ForeguardAnnotationAutoConfiguration;
import io.foreguard.spring.cloud.ForeguardRefreshAutoConfiguration;
import io.foreguard.spring.cloud.ForeguardSpringCloudAutoConfiguration;
import io.foreguard.spring.endpoint.ForeguardEndpointAutoConfiguration;
import io.foreguard.spring.endpoint.ForeguardHealthAutoConfiguration;
import io.foreguard.spring.http.ForeguardHttpClientAutoConfiguration;
import io.foreguard.spring.telemetry.ForeguardMetricsAutoConfiguration;
import java.lang.reflect.Method;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.SpringProperties;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;

/** An application whose context was generated ahead of time, compiled and run. */
class AotTest {
  private static final TestPropertyValues PROPERTIES =
      TestPropertyValues.of(
          "foreguard.guards.points.fallback.last-known-good.maximum-age=1m",
          "foreguard.guards.tried.retry.base-delay=1ms",
          "management.endpoints.web.exposure.include=foreguard");

  @Test
  @CompileWithForkedClassLoader // so that generated code may see what is package-private
  void aContextGeneratedAheadOfTimeGuardsItsMethods() {
    run(
        context -> {
          Service service = context.getBean(Service.class);
          ForeguardRegistry registry = context.getBean(ForeguardRegistry.class);
          assertThat(service.points("a")).isEqualTo("fresh a");
          registry.guard("points").circuitBreaker().transitionToOpen();
          assertThat(service.points("a")).as("last known good").isEqualTo("fresh a");
          assertThat(service.points("b")).as("by the fallback method").isEqualTo("none for b");
          assertThat(service.tried()).isEqualTo("after 3");
          assertThat(context.getBean(GuardRefresh.class).refresh()).isTrue();
        });
  }

  @Test
  void whatIsReachedByReflectionAloneIsKnown() throws Exception {
    TestGenerationContext generation = new TestGenerationContext();
    generate(generation);
    RuntimeHints hints = generation.getRuntimeHints();
    Method fallback =
        Service.class.getDeclaredMethod("none", String.class, CircuitOpenException.class);
    assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(fallback)).accepts(hints);
    assertThat(
            RuntimeHintsPredicates.resource()
                .forResource("io/foreguard/spring/endpoint/live-view.html"))
        .accepts(hints);
    assertThat(
            RuntimeHintsPredicates.reflection().onType(ForeguardProperties.RetryProperties.class))
        .accepts(hints);
  }

  private static void run(Consumer<GenericApplicationContext> check) {
    TestGenerationContext generation = new TestGenerationContext();
    var initializer = generate(generation);
    generation.writeGeneratedContent();
    TestCompiler.forSystem()
        .with(generation)
        .compile(
            compiled -> {
              SpringProperties.setFlag("spring.aot.enabled");
              try (GenericApplicationContext context = new GenericApplicationContext()) {
                context.setClassLoader(compiled.getClassLoader());
                PROPERTIES.applyTo(context);
                @SuppressWarnings("unchecked") // that is what was generated
                ApplicationContextInitializer<GenericApplicationContext> generated =
                    compiled.getInstance(
                        ApplicationContextInitializer.class, initializer.reflectionName());
                generated.initialize(context);
                context.refresh();
                check.accept(context);
              } finally {
                SpringProperties.setProperty("spring.aot.enabled", null);
              }
            });
  }

  private static ClassName generate(TestGenerationContext generation) {
    AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    PROPERTIES.applyTo(context);
    context.register(Application.class);
    return new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration({
    PropertyPlaceholderAutoConfiguration.class,
    AopAutoConfiguration.class,
    EndpointAutoConfiguration.class,
    MetricsAutoConfiguration.class,
    CompositeMeterRegistryAutoConfiguration.class,
    SimpleMetricsExportAutoConfiguration.class,
    ForeguardAutoConfiguration.class,
    ForeguardAnnotationAutoConfiguration.class,
    ForeguardHealthAutoConfiguration.class,
    ForeguardEndpointAutoConfiguration.class,
    ForeguardMetricsAutoConfiguration.class,
    ForeguardHttpClientAutoConfiguration.class,
    ForeguardSpringCloudAutoConfiguration.class,
    ForeguardRefreshAutoConfiguration.class
  })
  public static class Application {
    @Bean
    Service service() {
      return new Service();
    }
  }

  @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // fallback methods are found by name
  public static class Service {
    private int calls;

    @Guarded(name = "points", key = "#customer", fallbackMethod = "none")
    public String points(String customer) {
      return "fresh " + customer;
    }

    private String none(String customer, CircuitOpenException refusal) {
      return "none for " + customer;
    }

    @Retry("tried")
    public String tried() {
      calls++;
      if (calls < 3) {
        throw new IllegalStateException("told to");
      }
      return "after " + calls;
    }
  }
}
