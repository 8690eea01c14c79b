package io.foreguard.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.circuitbreaker.CircuitOpenException;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.annotation.Retry;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.StringUtils;

/**
 * A whole application, started by a class loader that really does not have what is optional: what
 * only looks absent would still link. It serves nothing: a web server can be had once for each JVM.
 */
class OptionalDependenciesTest {
  private static final String ALL =
      "micrometer-|opentelemetry-|otel-bridge/|predictive/|foreguard-otel|foreguard-predictive"
          + "|caffeine-|reactor-core|reactive-streams|spring-web|spring-cloud-|spring-boot-health"
          + "|spring-boot-actuator|spring-boot-micrometer|servlet-api|tomcat-|spring-boot-tomcat"
          + "|spring-boot-webmvc|spring-boot-servlet|spring-boot-http|spring-boot-rest"
          + "|resilience4j-circuitbreaker|randomcutforest|smile-";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nothing",
        "micrometer-core|spring-boot-micrometer-metrics",
        "opentelemetry-",
        "otel-bridge/|foreguard-otel",
        "predictive/|foreguard-predictive",
        "caffeine-",
        "reactor-core|reactive-streams|spring-webflux",
        "spring-web|spring-boot-web|spring-boot-rest",
        "spring-cloud-context",
        "spring-boot-health",
        "spring-boot-actuator",
        ALL
      })
  void anApplicationRunsWithout(String absent) throws Exception {
    // Resilience4j's starter, which another test has, does not start without some of these.
    Pattern without = Pattern.compile("(^|/)(resilience4j-spring|" + absent + ")");
    try (URLClassLoader loader =
        new URLClassLoader(classPath(without), ClassLoader.getPlatformClassLoader())) {
      Thread thread = Thread.currentThread();
      ClassLoader before = thread.getContextClassLoader();
      thread.setContextClassLoader(loader);
      try {
        Callable<?> application =
            (Callable<?>)
                loader.loadClass(Application.class.getName()).getConstructor().newInstance();
        assertThat(application.call())
            .isEqualTo("fresh a, none for b, fresh later c, after 3, 2 retries");
      } finally {
        thread.setContextClassLoader(before);
      }
    }
  }

  private static URL[] classPath(Pattern without) throws MalformedURLException {
    String own = System.getProperty("java.class.path");
    List<URL> urls = new ArrayList<>();
    for (String entry :
        StringUtils.delimitedListToStringArray(
            System.getProperty("surefire.test.class.path", own), File.pathSeparator)) {
      if (!without.matcher(entry.replace(File.separatorChar, '/')).find()) {
        urls.add(new File(entry).toURI().toURL());
      }
    }
    return urls.toArray(URL[]::new);
  }

  /** Starts, is called and ends. */
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  public static class Application implements Callable<String> {
    @Bean
    Service service() {
      return new Service();
    }

    @Override
    public String call() throws Exception {
      try (ConfigurableApplicationContext context =
          new SpringApplicationBuilder(Application.class)
              .properties(
                  "spring.main.banner-mode=off",
                  "spring.main.web-application-type=none",
                  "foreguard.guards.tried.retry.base-delay=1ms",
                  "management.endpoints.web.exposure.include=*",
                  "management.endpoint.foreguard.view.enabled=true")
              .run()) {
        Service service = context.getBean(Service.class);
        String fresh = service.points("a");
        ForeguardRegistry registry = context.getBean(ForeguardRegistry.class);
        registry.guard("points").circuitBreaker().transitionToOpen();
        return String.join(
            ", ",
            fresh,
            service.points("b"),
            service.later("c").get(),
            service.tried(),
            registry.retries().find("tried").orElseThrow().metrics().retries() + " retries");
      }
    }
  }

  /** Guarded in each way that needs nothing optional. */
  @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // fallback methods are found by name
  public static class Service {
    private int calls;

    @Guarded(name = "points", fallbackMethod = "none")
    public String points(String customer) {
      return "fresh " + customer;
    }

    private String none(String customer, CircuitOpenException refusal) {
      return "none for " + customer;
    }

    @Guarded("later")
    public CompletableFuture<String> later(String customer) {
      return CompletableFuture.completedFuture("fresh later " + customer);
    }

    @Retry("tried")
    public String tried() throws IOException {
      calls++;
      if (calls < 3) {
        throw new IOException("told to");
      }
      return "after " + calls;
    }
  }
}
