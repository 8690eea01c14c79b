package io.foreguard.samples.snippets;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.bulkhead.BulkheadConfig;
import io.foreguard.bulkhead.ThreadPoolBulkheadConfig;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.TripPolicy;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.evidence.OutcomeClassifier;
import io.foreguard.fallback.LastKnownGoodConfig;
import io.foreguard.guard.Guard;
import io.foreguard.guard.GuardBuilder;
import io.foreguard.guard.Layer;
import io.foreguard.hedge.HedgeConfig;
import io.foreguard.retry.RetryConfig;
import io.foreguard.time.Clock;
import io.foreguard.timeout.TimeoutConfig;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The tables of defaults on the pages say what the code does, for each setting that there is. */
class DocumentedDefaultsTest {
  /** Settings as they are when nothing is set; of those that must be set, with anything. */
  private static final Map<String, Object> SETTINGS =
      Map.of(
          "GuardBuilder", Guard.of("any"),
          "CircuitBreakerConfig", CircuitBreakerConfig.defaults(),
          "PredictivePolicy", TripPolicy.predictive(),
          "ClassicPolicy", TripPolicy.classic(),
          "BulkheadConfig", BulkheadConfig.defaults(),
          "ThreadPoolBulkheadConfig", ThreadPoolBulkheadConfig.defaults(),
          "RetryConfig", RetryConfig.defaults(),
          "TimeoutConfig", TimeoutConfig.defaults(),
          "HedgeConfig", HedgeConfig.defaults(),
          "LastKnownGoodConfig", LastKnownGoodConfig.of(Duration.ofDays(1)));

  /** Defaults that are told in words, for they are behaviour, and whether the words are true. */
  private static final Map<String, Told> TOLD =
      Map.ofEntries(
          Map.entry(
              "GuardBuilder.circuitBreaker",
              new Told("CircuitBreakerConfig.defaults()", DocumentedDefaultsTest::plainBreaker)),
          Map.entry(
              "GuardBuilder.order",
              new Told(
                  "RETRY, HEDGE, CIRCUIT_BREAKER, BULKHEAD, TIMEOUT",
                  () -> full().order().equals(List.of(Layer.values())))),
          Map.entry(
              "GuardBuilder.clock",
              new Told(
                  "the system's",
                  () -> Guard.of("any").circuitBreaker().clock() == Clock.system())),
          Map.entry(
              "CircuitBreakerConfig.classifier",
              new Told(
                  "OutcomeClassifier.standard()",
                  () ->
                      CircuitBreakerConfig.defaults().classifier()
                          == OutcomeClassifier.standard())),
          Map.entry(
              "CircuitBreakerConfig.modelExecutor",
              new Told(
                  "one daemon thread for all breakers",
                  () ->
                      CircuitBreakerConfig.defaults().modelExecutor()
                          == CircuitBreakerConfig.builder().build().modelExecutor())),
          Map.entry(
              "PredictivePolicy.minimumSuccessProbability",
              new Told(
                  "none",
                  () ->
                      TripPolicy.predictive().threshold(0) < TripPolicy.predictive().threshold(1))),
          Map.entry(
              "RetryConfig.backoff",
              new Told(
                  "exponential",
                  () -> RetryConfig.defaults().backoff().toString().contains("exponential"))),
          Map.entry(
              "RetryConfig.random",
              new Told(
                  "the thread's own",
                  () -> RetryConfig.defaults().random().longs(2).distinct().count() == 2)),
          Map.entry(
              "RetryConfig.retryOn",
              new Told(
                  "every exception", () -> RetryConfig.defaults().retryOn().test(new Exception()))),
          Map.entry(
              "RetryConfig.retryAfter",
              new Told(
                  "none",
                  () -> RetryConfig.defaults().retryAfter().apply(new IOException()).isEmpty())),
          Map.entry(
              "RetryConfig.retryAfterResult",
              new Told(
                  "none", () -> RetryConfig.defaults().retryAfterResult().apply("any").isEmpty())),
          Map.entry(
              "RetryConfig.retryIf",
              new Told(
                  "always",
                  () -> RetryConfig.defaults().retryIf().worthRetrying(1, new IOException()))),
          Map.entry(
              "HedgeConfig.hedgeIf",
              new Told("always", () -> HedgeConfig.defaults().hedgeIf().worthHedging(1))),
          Map.entry(
              "LastKnownGoodConfig.maximumAge",
              new Told("required", DocumentedDefaultsTest::ageIsRequired)));

  /** Methods of builders that set what other rows tell of. */
  private static final Set<String> TOLD_ELSEWHERE =
      Set.of("ClassicPolicy.slidingWindow", "TimeoutConfig.fixed");

  @TestFactory
  List<DynamicTest> aTableHasEverySettingWithItsDefault() throws Exception {
    List<DefaultsTable> tables =
        Pages.all().stream().flatMap(page -> DefaultsTable.of(page).stream()).toList();
    assertThat(tables).extracting(DefaultsTable::settings).containsAll(SETTINGS.keySet());
    return tables.stream()
        .map(table -> DynamicTest.dynamicTest(table.toString(), () -> check(table)))
        .toList();
  }

  @Test
  void valuesAreWrittenAsOnThePages() {
    assertThat(text(Duration.ZERO)).isEqualTo("0");
    assertThat(text(Duration.ofMillis(1_500))).isEqualTo("1500 ms");
    assertThat(text(Duration.ofSeconds(60))).isEqualTo("60 s");
    assertThat(text(Duration.ofMinutes(15))).isEqualTo("15 min");
    assertThat(text(2.0)).isEqualTo("2");
    assertThat(text(.95)).isEqualTo("0.95");
    assertThat(text(10_000)).isEqualTo("10,000");
    assertThat(text(Optional.empty())).isEqualTo("none");
    assertThat(text(Optional.of(Duration.ofSeconds(2)))).isEqualTo("2 s");
  }

  private static void check(DefaultsTable table) throws Exception {
    Object settings = SETTINGS.get(table.settings());
    assertThat(settings).as("defaults of %s, to be named in this test", table).isNotNull();
    assertThat(table.defaults().keySet()).containsAll(setters(table.settings(), settings));
    for (Map.Entry<String, String> row : table.defaults().entrySet()) {
      String setting = table.settings() + '.' + row.getKey();
      Told told = TOLD.get(setting);
      if (told == null) {
        Object value = accessor(settings, row.getKey()).invoke(settings);
        assertThat(row.getValue()).as(setting).isEqualTo(text(value));
      } else {
        assertThat(row.getValue()).as(setting).isEqualTo(told.words());
        assertThat(told.holds().call()).as(setting + ": " + told.words()).isTrue();
      }
    }
  }

  /** Names of what can be set, by the builder. */
  private static Set<String> setters(String name, Object settings) {
    Class<?> builder =
        settings instanceof Guard
            ? GuardBuilder.class
            : Arrays.stream(settings.getClass().getClasses())
                .filter(nested -> nested.getSimpleName().equals("Builder"))
                .findAny()
                .orElseThrow();
    Set<String> setters =
        Arrays.stream(builder.getDeclaredMethods())
            .filter(method -> Modifier.isPublic(method.getModifiers()))
            .filter(method -> method.getReturnType() == builder)
            .map(Method::getName)
            .filter(setter -> !TOLD_ELSEWHERE.contains(name + '.' + setter))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(setters).as("settings of " + name).isNotEmpty();
    return setters;
  }

  private static Method accessor(Object settings, String setting) throws NoSuchMethodException {
    String question =
        "is" + setting.substring(0, 1).toUpperCase(Locale.ROOT) + setting.substring(1);
    for (Method method : settings.getClass().getMethods()) {
      boolean named = method.getName().equals(setting) || method.getName().equals(question);
      if (named && method.getParameterCount() == 0) {
        return method;
      }
    }
    throw new NoSuchMethodException("no accessor of " + setting + " in " + settings.getClass());
  }

  private static String text(Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.map(DocumentedDefaultsTest::text).orElse("none");
    }
    if (value instanceof List<?> list && list.isEmpty()) {
      return "none";
    }
    if (value instanceof Duration duration) {
      return text(duration);
    }
    if (value instanceof Double number) {
      return String.valueOf(number).replaceFirst("\\.0$", "");
    }
    if (value instanceof Number number) {
      return String.format(Locale.ROOT, "%,d", number.longValue());
    }
    if (value instanceof TripPolicy policy) {
      return policy.name();
    }
    return value instanceof SuccessModel model ? model.name() : value.toString();
  }

  private static String text(Duration duration) {
    if (duration.isZero()) {
      return "0";
    }
    if (duration.toMillisPart() > 0) {
      return duration.toMillis() + " ms";
    }
    return duration.toSeconds() > 60 && duration.toSecondsPart() == 0
        ? duration.toMinutes() + " min"
        : duration.toSeconds() + " s";
  }

  private static Guard full() {
    return Guard.builder("any")
        .timeout(Duration.ofSeconds(1))
        .bulkhead(BulkheadConfig.defaults())
        .retry(RetryConfig.defaults())
        .hedge(HedgeConfig.defaults())
        .build();
  }

  private static boolean plainBreaker() {
    return Guard.of("any").circuitBreaker().config() == CircuitBreakerConfig.defaults();
  }

  private static boolean ageIsRequired() {
    try {
      LastKnownGoodConfig unused = LastKnownGoodConfig.builder().build();
      return false;
    } catch (IllegalArgumentException e) {
      return e.getMessage().contains("maximumAge must be set");
    }
  }

  private record Told(String words, Callable<Boolean> holds) {}
}
