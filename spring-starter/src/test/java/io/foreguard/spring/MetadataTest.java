package io.foreguard.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.registry.ForeguardRegistry;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class MetadataTest {
  private static final String DEFAULTS = "foreguard.defaults.";
  private static final Pattern ROW = Pattern.compile("\\| (of a guard|`[a-z.-]+\\.`) \\| (.*) \\|");
  private static final Pattern PROPERTY = Pattern.compile("`([a-z.-]+)(?:=([^`]+))?`");

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
  void theReadmesTableHasThePropertiesAndTheirDefaults() throws Exception {
    Map<String, String> documented = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("README.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        Matcher property = PROPERTY.matcher(row.group(2));
        while (property.find()) {
          documented.put(prefix(row.group(1)) + property.group(1), "" + property.group(2));
        }
      }
    }
    Map<String, String> actual = new TreeMap<>();
    properties().forEach((name, p) -> actual.put(name, "" + p.get("defaultValue")));
    actual.remove("foreguard.guards");
    assertThat(documented).isEqualTo(actual);
  }

  private static String prefix(String cell) {
    String prefix = cell.replace("`", "").replace("of a guard", "");
    return prefix.contains("foreguard.") ? prefix : DEFAULTS + prefix;
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
            "foreguard.guards.x.hedge.enabled=true",
            "foreguard.guards.y.thread-pool.enabled=true",
            "foreguard.guards.x.fallback.last-known-good.maximum-age=1m")
        .run(
            context -> {
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
              settings.put("hedge", x.hedge().orElseThrow().config().toString());
              settings.put("bulkhead", x.bulkhead().orElseThrow().config().toString());
              settings.put(
                  "pool",
                  registry.guard("y").threadPoolBulkhead().orElseThrow().config().toString());
              settings.put(
                  "lastKnownGood",
                  new GuardSettings(
                          LayeredProperties.of("x", context.getBean(ForeguardProperties.class)))
                      .lastKnownGood()
                      .orElseThrow()
                      .toString());
            });
    assertThat(settings).hasSize(11);
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
