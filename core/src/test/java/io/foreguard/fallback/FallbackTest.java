package io.foreguard.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foreguard.fallback.Answer.Source;
import io.foreguard.time.ManualClock;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FallbackTest {
  private static final Duration MAX_AGE = Duration.ofMinutes(10);

  private final ManualClock clock = new ManualClock();
  private final IOException failure = new IOException("refused");

  @Nested
  class ValueOrFunction {
    @Test
    void givesTheCallsOwnValueWhenItSucceeds() throws Exception {
      Answer<String> answer = Fallback.value("default").answer(null, () -> "fresh");

      assertThat(answer.value()).isEqualTo("fresh");
      assertThat(answer.source()).isEqualTo(Source.FRESH);
      assertThat(answer.age()).isZero();
      assertThat(answer.cause()).isEmpty();
      assertThat(answer.isStale()).isFalse();
    }

    @Test
    void givesTheValueWhenTheCallFails() throws Exception {
      Answer<String> answer = Fallback.value("default").answer(null, failing());

      assertThat(answer.value()).isEqualTo("default");
      assertThat(answer.source()).isEqualTo(Source.DEFAULT);
      assertThat(answer.cause()).containsSame(failure);
      assertThat(answer.isStale()).isFalse();
      assertThat(Fallback.value("default").call("key", failing())).isEqualTo("default");
    }

    @Test
    void nullIsAnAnswerLikeAnyOther() throws Exception {
      assertThat(Fallback.<String>value(null).answer(null, failing()).value()).isNull();
      assertThat(Fallback.<String>of(thrown -> null).answer(null, failing()).source())
          .isEqualTo(Source.DEFAULT);
    }

    @Test
    void asksTheFunctionWithWhatTheCallThrew() throws Exception {
      Fallback<String> fallback = Fallback.of(thrown -> "no answer: " + thrown.getMessage());

      assertThat(fallback.call(null, failing())).isEqualTo("no answer: refused");
    }

    @Test
    void aFunctionThatThrowsReachesTheCallerWithTheCallsFailureSuppressed() {
      IllegalStateException second = new IllegalStateException("no default either");
      Fallback<String> fallback =
          Fallback.<String>of(
                  thrown -> {
                    throw second;
                  })
              .orElse(Fallback.value("unreached"));

      assertThatThrownBy(() -> fallback.answer(null, failing())).isSameAs(second);
      assertThat(second.getSuppressed()).containsExactly(failure);
      assertThat(fallback.served(Source.DEFAULT)).isZero();
    }

    @Test
    void aFunctionMayThrowTheCallsFailureAgain() {
      IllegalStateException unchecked = new IllegalStateException("refused");
      Fallback<String> fallback =
          Fallback.of(
              thrown -> {
                throw (RuntimeException) thrown;
              });

      assertThatThrownBy(
              () ->
                  fallback.answer(
                      null,
                      () -> {
                        throw unchecked;
                      }))
          .isSameAs(unchecked)
          .hasNoSuppressedExceptions();
    }

    @Test
    void errorsAndInterruptsPassThroughEvenWhenThePredicateWouldTakeThem() {
      Fallback<String> fallback = Fallback.value("default").onlyFor(thrown -> true);
      OutOfMemoryError error = new OutOfMemoryError("simulated");
      InterruptedException interrupt = new InterruptedException();

      assertThatThrownBy(
              () ->
                  fallback.answer(
                      null,
                      () -> {
                        throw error;
                      }))
          .isSameAs(error);
      assertThatThrownBy(
              () ->
                  fallback.answer(
                      null,
                      () -> {
                        throw interrupt;
                      }))
          .isSameAs(interrupt);
    }

    @Test
    void answersOnlyWhatThePredicateAccepts() throws Exception {
      Fallback<String> fallback =
          Fallback.value("missing").onlyFor(FileNotFoundException.class::isInstance);

      assertThatThrownBy(() -> fallback.answer(null, failing())).isSameAs(failure);
      assertThat(
              fallback.call(
                  null,
                  () -> {
                    throw new FileNotFoundException();
                  }))
          .isEqualTo("missing");
    }

    @Test
    void aPredicateThatThrowsReachesTheCallerWithTheCallsFailureSuppressed() {
      IllegalStateException second = new IllegalStateException("predicate");
      Fallback<String> fallback =
          Fallback.value("unreached")
              .onlyFor(
                  thrown -> {
                    throw second;
                  });

      assertThatThrownBy(() -> fallback.answer(null, failing())).isSameAs(second);
      assertThat(second.getSuppressed()).containsExactly(failure);
    }

    @Test
    void asksTheNextOneWhenThePredicateDeclines() throws Exception {
      Fallback<String> fallback =
          Fallback.value("missing")
              .onlyFor(FileNotFoundException.class::isInstance)
              .orElse(Fallback.value("broken"));

      assertThat(fallback.call(null, failing())).isEqualTo("broken");
    }
  }

  @Nested
  class LastKnownGoodAnswers {
    private final Fallback<String> fallback =
        Fallback.lastKnownGood(LastKnownGoodConfig.of(MAX_AGE), clock);

    @Test
    void givesTheLastGoodAnswerAgainAndSaysHowOldItIs() throws Exception {
      fallback.answer("key", () -> "older");
      fallback.answer("key", () -> "good");
      clock.advance(Duration.ofSeconds(90));

      Answer<String> answer = fallback.answer("key", failing());

      assertThat(answer.value()).isEqualTo("good");
      assertThat(answer.source()).isEqualTo(Source.STALE);
      assertThat(answer.isStale()).isTrue();
      assertThat(answer.age()).isEqualTo(Duration.ofSeconds(90));
      assertThat(answer.cause()).containsSame(failure);
    }

    @Test
    void givesAnAnswerOfExactlyTheMaximumAgeAndNoneThatIsOlder() throws Exception {
      fallback.answer("key", () -> "good");

      clock.advance(MAX_AGE);
      assertThat(fallback.answer("key", failing()).age()).isEqualTo(MAX_AGE);

      clock.advance(Duration.ofNanos(1));
      assertThatThrownBy(() -> fallback.answer("key", failing())).isSameAs(failure);
    }

    @Test
    void givesNoAnswerOfAnotherKey() throws Exception {
      fallback.answer("alice", () -> "alice's");

      assertThatThrownBy(() -> fallback.answer("bob", failing())).isSameAs(failure);
      assertThatThrownBy(() -> fallback.answer(null, failing())).isSameAs(failure);
    }

    @Test
    void callsWithoutAKeyShareOne() throws Exception {
      fallback.answer(null, () -> "good");

      assertThat(fallback.call(null, failing())).isEqualTo("good");
    }

    @Test
    void aStaleAnswerDoesNotCountAsAGoodOneAgain() throws Exception {
      fallback.answer("key", () -> "good");
      for (int minute = 0; minute < 10; minute++) {
        clock.advance(Duration.ofMinutes(1));
        assertThat(fallback.answer("key", failing()).isStale()).isTrue();
      }
      clock.advance(Duration.ofMinutes(1));

      assertThatThrownBy(() -> fallback.answer("key", failing())).isSameAs(failure);
    }

    @Test
    void keepsNoNullAndNoDefault() throws Exception {
      Fallback<String> chain = fallback.orElse(Fallback.value("default"));
      chain.answer("key", () -> null);
      assertThat(chain.answer("key", failing()).source()).isEqualTo(Source.DEFAULT);

      assertThat(chain.answer("key", failing()).source()).isEqualTo(Source.DEFAULT);
      assertThatThrownBy(() -> fallback.answer("key", failing())).isSameAs(failure);
    }

    @Test
    void fallsBackFromAnOldAnswerToTheDefault() throws Exception {
      Fallback<String> chain = fallback.orElse(Fallback.value("default"));
      chain.answer("key", () -> "good");

      assertThat(chain.answer("key", failing()).source()).isEqualTo(Source.STALE);
      clock.advance(MAX_AGE.plusSeconds(1));
      assertThat(chain.answer("key", failing()).source()).isEqualTo(Source.DEFAULT);
    }

    @Test
    void remembersThroughWrappingFallbacks() throws Exception {
      Fallback<String> wrapped =
          Fallback.<String>value("default")
              .onlyFor(thrown -> false)
              .orElse(fallback.onlyFor(thrown -> true).named("inner"))
              .named("outer");
      wrapped.answer("key", () -> "good");

      assertThat(wrapped.answer("key", failing()).value()).isEqualTo("good");
    }

    @Test
    void forgetsBeyondTheMaximumSize() throws Exception {
      Fallback<Integer> small =
          Fallback.lastKnownGood(
              LastKnownGoodConfig.builder().maximumAge(MAX_AGE).maximumSize(10).build(), clock);
      for (int i = 0; i < 1_000; i++) {
        int value = i;
        small.answer(i, () -> value);
      }
      int kept = 0;
      for (int i = 0; i < 1_000; i++) {
        Answer<Integer> answer =
            small
                .orElse(Fallback.value(-1))
                .answer(
                    i,
                    () -> {
                      throw failure;
                    });
        kept += answer.isStale() ? 1 : 0;
      }
      assertThat(kept).isBetween(1, 10);
    }

    @Test
    void clearsAndRemovesFromTheBuiltInStore() {
      LastKnownGoodStore<String> store =
          CaffeineStore.create(LastKnownGoodConfig.of(MAX_AGE), clock);
      store.put("a", "1", clock.nanoTime());
      store.put("b", "2", clock.nanoTime());

      store.remove("a");
      assertThat(store.get("a")).isNull();
      assertThat(store.get("b").value()).isEqualTo("2");
      store.clear();
      assertThat(store.get("b")).isNull();
    }

    @Test
    void refusesAnAgeOrSizeThatKeepsNothing() {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> LastKnownGoodConfig.builder().build())
          .withMessage("maximumAge must be set, but was not");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> LastKnownGoodConfig.of(Duration.ZERO))
          .withMessage("maximumAge must be longer than zero and at most 73 years, but was PT0S");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> LastKnownGoodConfig.builder().maximumSize(0))
          .withMessage("maximumSize must be at least 1, but was 0");
    }

    @Test
    void copiesEverySettingIntoABuilder() {
      LastKnownGoodConfig config =
          LastKnownGoodConfig.builder().maximumAge(MAX_AGE).maximumSize(7).build();

      assertThat(config.toBuilder().build()).usingRecursiveComparison().isEqualTo(config);
      assertThat(LastKnownGoodConfig.of(MAX_AGE).maximumSize()).isEqualTo(10_000);
    }
  }

  @Nested
  class AStoreOfYourOwn {
    private final MapStore store = new MapStore();
    private final Fallback<String> fallback =
        Fallback.lastKnownGood(LastKnownGoodConfig.of(MAX_AGE), store, clock);

    @Test
    void isUsed() throws Exception {
      fallback.answer("key", () -> "good");

      assertThat(store.kept.get("key").value()).isEqualTo("good");
      assertThat(fallback.call("key", failing())).isEqualTo("good");
    }

    @Test
    void failsNoRequestWhenItCannotBeWritten() throws Exception {
      store.broken = true;

      assertThat(fallback.call("key", () -> "good")).isEqualTo("good");
      assertThat(fallback.call("key", () -> "good")).isEqualTo("good");
    }

    @Test
    void failsNoRequestWhenItCannotBeRead() throws Exception {
      fallback.answer("key", () -> "good");
      store.broken = true;

      assertThatThrownBy(() -> fallback.answer("key", failing())).isSameAs(failure);
      assertThat(fallback.orElse(Fallback.value("default")).call("key", failing()))
          .isEqualTo("default");
    }
  }

  @Nested
  class Telling {
    private final Fallback<String> fallback =
        Fallback.<String>lastKnownGood(LastKnownGoodConfig.of(MAX_AGE), clock)
            .orElse(Fallback.value("default"))
            .named("profile");
    private final List<FallbackServed> events = new ArrayList<>();

    @Test
    void tellsOfEachAnswerThatIsNotFresh() throws Exception {
      fallback.served().subscribe(events::add);

      fallback.answer("key", failing());
      fallback.answer("key", () -> "good");
      clock.advance(Duration.ofSeconds(3));
      fallback.answer("key", failing());

      assertThat(events).hasSize(2);
      assertThat(events.get(0).source()).isEqualTo(Source.DEFAULT);
      assertThat(events.get(0).age()).isZero();
      assertThat(events.get(1).source()).isEqualTo(Source.STALE);
      assertThat(events.get(1).age()).isEqualTo(Duration.ofSeconds(3));
      assertThat(events.get(1).cause()).isSameAs(failure);
      assertThat(events.get(1).fallback()).isEqualTo("profile");
      assertThat(events.get(1).time()).isEqualTo(clock.wallTime());
      assertThat(fallback.served(Source.FRESH)).isOne();
      assertThat(fallback.served(Source.STALE)).isOne();
      assertThat(fallback.served(Source.DEFAULT)).isOne();
    }

    @Test
    void aListenerThatThrowsDoesNotReachTheCaller() throws Exception {
      fallback
          .served()
          .subscribe(
              event -> {
                throw new IllegalStateException("listener");
              });

      assertThat(fallback.call("key", failing())).isEqualTo("default");
    }

    @Test
    void isNamedFallbackUnlessTold() {
      assertThat(Fallback.value("x").name()).isEqualTo("fallback");
      assertThat(fallback.name()).isEqualTo("profile");
      assertThatIllegalArgumentException().isThrownBy(() -> fallback.named(" "));
    }

    @Test
    void anAnswersTextKeepsItsValueToItself() throws Exception {
      fallback.answer("key", () -> "secret");

      assertThat(fallback.answer("key", failing()).toString())
          .isEqualTo("Answer[STALE, age PT0S, java.io.IOException: refused]");
    }
  }

  @Test
  void refusesMissingParts() {
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> Fallback.of(null))
        .withMessage("function must not be null");
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> Fallback.value("x").orElse(null));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> Fallback.value("x").onlyFor(null));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> Fallback.lastKnownGood(null));
  }

  private Callable<String> failing() {
    return () -> {
      throw failure;
    };
  }

  private static final class MapStore implements LastKnownGoodStore<String> {
    final Map<Object, Stored<String>> kept = new HashMap<>();
    boolean broken;

    @Override
    public void put(Object key, String value, long storedNanos) {
      check();
      kept.put(key, new Stored<>(value, storedNanos));
    }

    @Override
    public Stored<String> get(Object key) {
      check();
      return kept.get(key);
    }

    @Override
    public void remove(Object key) {
      kept.remove(key);
    }

    @Override
    public void clear() {
      kept.clear();
    }

    private void check() {
      if (broken) {
        throw new IllegalStateException("store is down");
      }
    }
  }
}
