package io.foreguard.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.registry.ForeguardRegistry;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class MetadataTest {
  private static final String DEFAULTS = "foreguard.defaults.";
  private static final Pattern ROW = Pattern.compile("\\| `([a-z.-]+)` \\| ([^|]*) \\|.*");

  @Test
  void everyPropertyIsDescribed() throws Exception {
    assertThat(properties())
        .hasSizeGreaterThan(40)
        .allSatisfy(
            (name, property) ->
                assertThat((String) property.get("description")).as(name).endsWith("."));
  }

  @Test
  void settingEveryPropertyToItsDocumentedDefaultChangesNothing() throws Exception {
    List<String> documented =
        properties().entrySet().stream()
            .filter(
                e -> e.getKey().startsWith(DEFAULTS) && e.getValue().containsKey("defaultValue"))
            .map(e -> e.getKey() + "=" + e.getValue().get("defaultValue"))
            .toList();
    assertThat(documented).hasSizeGreaterThan(25);
    for (String policy : List.of("predictive", "classic")) {
      Map<String, String> unset = settings(List.of(), policy);
      Map<String, String> set = settings(documented, policy);
      assertThat(set).isEqualTo(unset);
    }
  }

  @Test
  void theReadmesTableHasTheDefaultsOfTheMetadata() throws Exception {
    Map<String, Map<String, Object>> properties = properties();
    int rows = 0;
    for (String line : Files.readAllLines(Path.of("README.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        rows++;
        String name = row.group(1);
        Map<String, Object> property =
            properties.containsKey(DEFAULTS + name)
                ? properties.get(DEFAULTS + name)
                : properties.get(name);
        assertThat(property).as(name).isNotNull();
        Object defaultValue = property.get("defaultValue");
        assertThat(row.group(2).strip())
            .as(name)
            .isEqualTo(defaultValue == null ? "" : "`" + defaultValue + "`");
      }
    }
    assertThat(rows).isEqualTo(properties.size() - 2); // but for foreguard.guards and its health
  }

  private static Map<String, String> settings(List<String> values, String policy) {
    Map<String, String> settings = new LinkedHashMap<>();
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(ForeguardAutoConfiguration.class))
        .withPropertyValues(values.toArray(String[]::new))
        .withPropertyValues(
            "foreguard.guards.x.policy=" + policy,
            "foreguard.guards.x.retry.enabled=true",
            "foreguard.guards.x.bulkhead.enabled=true",
            "foreguard.guards.y.thread-pool.enabled=true",
            "foreguard.guards.x.fallback.last-known-good.maximum-age=1m")
        .run(
            context -> {
              GuardFactory factory = context.getBean(GuardFactory.class);
              ForeguardRegistry registry = context.getBean(ForeguardRegistry.class);
              var x = registry.guard("x");
              var breaker = x.circuitBreaker().config();
              settings.put("policy", breaker.policy().toString());
              settings.put("mode", breaker.mode().toString());
              settings.put("permitLease", breaker.permitLease().toString());
              var retry = x.retry().orElseThrow().config();
              settings.put("retry", retry.toString());
              settings.put("budget", retry.budgetRatio() + " " + retry.budgetBurst());
              settings.put("jitter", retry.jitter() + " " + retry.multiplier());
              settings.put("maxDelay", retry.maxDelay().toString());
              settings.put("bulkhead", x.bulkhead().orElseThrow().config().toString());
              settings.put(
                  "pool",
                  registry.guard("y").threadPoolBulkhead().orElseThrow().config().toString());
              settings.put("lastKnownGood", factory.lastKnownGood("x").orElseThrow().toString());
            });
    assertThat(settings).hasSize(10);
    return settings;
  }

  @SuppressWarnings("unchecked") // the file's structure
  private static Map<String, Map<String, Object>> properties() throws Exception {
    URI classes =
        ForeguardProperties.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    String text =
        Files.readString(Path.of(classes).resolve("META-INF/spring-configuration-metadata.json"));
    Map<String, Map<String, Object>> properties = new LinkedHashMap<>();
    for (Object property :
        (List<Object>) JsonParserFactory.getJsonParser().parseMap(text).get("properties")) {
      Map<String, Object> map = (Map<String, Object>) property;
      properties.put((String) map.get("name"), map);
    }
    return properties;
  }
}
