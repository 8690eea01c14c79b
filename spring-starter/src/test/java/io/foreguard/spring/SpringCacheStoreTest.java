package io.foreguard.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foreguard.fallback.Answer;
import io.foreguard.fallback.Fallback;
import io.foreguard.fallback.LastKnownGoodConfig;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.aop.ForeguardAnnotationAutoConfiguration;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;

class SpringCacheStoreTest {
  private static final Callable<String> FAILING =
      () -> {
        throw new IOException("told to");
      };

  /** Serializes what it keeps, as a cache outside of the process does. */
  private final Cache cache = serializing();

  @Test
  void anAnswerKeepsItsAgeInAnotherProcess() throws Exception {
    ManualClock here = new ManualClock();
    Fallback<Object> kept = fallback(here);
    assertThat(kept.answer("a", () -> "gold").isStale()).isFalse();
    here.advance(Duration.ofSeconds(90));

    ManualClock there = new ManualClock();
    there.advance(Duration.ofDays(3)); // its readings of elapsed time mean something else
    there.stepWallTime(Duration.between(there.wallTime(), here.wallTime()));
    Answer<Object> stale = fallback(there).answer("a", FAILING);
    assertThat(stale.value()).isEqualTo("gold");
    assertThat(stale.age()).isEqualTo(Duration.ofSeconds(90));

    there.advance(Duration.ofMinutes(9));
    assertThatThrownBy(() -> fallback(there).answer("a", FAILING)).isInstanceOf(IOException.class);
  }

  @Test
  void anAnswerFromTheFutureCountsAsNew() throws Exception {
    ManualClock ahead = new ManualClock();
    Fallback<Object> kept = fallback(ahead);
    Answer<Object> unused = kept.answer("a", () -> "gold");
    ManualClock behind = new ManualClock();
    behind.stepWallTime(Duration.between(behind.wallTime(), ahead.wallTime()).minusHours(1));
    assertThat(fallback(behind).answer("a", FAILING).age()).isZero();
  }

  @Test
  void whatIsNotOursIsNoAnswer() {
    cache.put("a", "somebody else's");
    assertThatThrownBy(() -> fallback(new ManualClock()).answer("a", FAILING))
        .isInstanceOf(IOException.class);
  }

  @Test
  void entriesAreForgotten() throws Exception {
    SpringCacheStore<String> store = new SpringCacheStore<>(cache, new ManualClock());
    store.put("a", "gold", 0);
    store.put("b", "gold", 0);
    store.remove("a");
    assertThat(store.get("a")).isNull();
    assertThat(store.get("b")).isNotNull();
    store.clear();
    assertThat(store.get("b")).isNull();
  }

  @Test
  void guardedMethodsKeepTheirAnswersInTheCacheOfTheProperty() {
    runner()
        .withClassLoader(new FilteredClassLoader("com.github.benmanes.caffeine"))
        .withBean(CacheManager.class, () -> new ConcurrentMapCacheManager("answers"))
        .withBean(Kept.class)
        .withPropertyValues("foreguard.guards.kept.fallback.last-known-good.cache=answers")
        .run(
            context -> {
              Kept kept = context.getBean(Kept.class);
              assertThat(kept.tier("a")).isEqualTo("gold");
              context
                  .getBean(ForeguardRegistry.class)
                  .guard("kept")
                  .circuitBreaker()
                  .transitionToOpen();
              assertThat(kept.tier("a")).isEqualTo("gold");
              Cache answers = context.getBean(CacheManager.class).getCache("answers");
              assertThat(answers).isNotNull();
              assertThat(answers.getNativeCache().toString()).contains("Kept.tier(String)#a");
            });
  }

  @Test
  void theCallersOwnFaultIsNotAnsweredFromMemory() {
    runner()
        .withBean(CacheManager.class, () -> new ConcurrentMapCacheManager("answers"))
        .withBean(Kept.class)
        .withPropertyValues(
            "foreguard.guards.kept.fallback.last-known-good.cache=answers",
            "foreguard.defaults.caller-fault-exceptions=java.util.NoSuchElementException")
        .run(
            context -> {
              Kept kept = context.getBean(Kept.class);
              assertThat(kept.found("a", null)).isEqualTo("gold");
              assertThat(kept.found("a", new IllegalStateException("down"))).isEqualTo("gold");
              assertThatThrownBy(() -> kept.found("a", new NoSuchElementException("no customer")))
                  .isInstanceOf(NoSuchElementException.class);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "true,must be a cache of the CacheManager",
    "false,must be absent without a single CacheManager bean"
  })
  void aCacheThatDoesNotExistFailsTheStart(boolean manager, String rule) {
    ApplicationContextRunner runner =
        runner()
            .withBean(Kept.class)
            .withPropertyValues("foreguard.guards.kept.fallback.last-known-good.cache=nowhere");
    if (manager) {
      runner = runner.withBean(CacheManager.class, () -> new ConcurrentMapCacheManager("answers"));
    }
    runner.run(
        context ->
            assertThat(context)
                .getFailure()
                .hasStackTraceContaining(
                    "foreguard.guards.kept.fallback.last-known-good.cache " + rule));
  }

  private static Cache serializing() {
    ConcurrentMapCacheManager manager = new ConcurrentMapCacheManager("points");
    manager.setStoreByValue(true);
    manager.setBeanClassLoader(SpringCacheStoreTest.class.getClassLoader());
    return Objects.requireNonNull(manager.getCache("points"));
  }

  private Fallback<Object> fallback(ManualClock clock) {
    return Fallback.lastKnownGood(
        LastKnownGoodConfig.of(Duration.ofMinutes(10)),
        new SpringCacheStore<>(cache, clock),
        clock);
  }

  private static ApplicationContextRunner runner() {
    return new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                ForeguardAutoConfiguration.class, ForeguardAnnotationAutoConfiguration.class))
        .withPropertyValues("foreguard.guards.kept.fallback.last-known-good.maximum-age=1h");
  }

  public static class Kept {
    @Guarded(name = "kept", key = "#customer")
    public String tier(String customer) {
      return "gold";
    }

    @Guarded(name = "kept", key = "#customer")
    public String found(String customer, RuntimeException failure) {
      if (failure != null) {
        throw failure;
      }
      return "gold";
    }
  }
}
