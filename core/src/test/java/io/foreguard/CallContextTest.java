package io.foreguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;

class CallContextTest {
  private final CallContext two = CallContext.of("replica", "a").and("tenant", "acme");

  @Test
  void keepsItsKeysInTheOrderTheyWereGiven() {
    assertThat(two.size()).isEqualTo(2);
    assertThat(two.dimension(0)).isEqualTo("replica");
    assertThat(two.key(0)).isEqualTo("a");
    assertThat(two.dimension(1)).isEqualTo("tenant");
    assertThat(two.key(1)).isEqualTo("acme");
    assertThat(two).hasToString("CallContext{replica=a, tenant=acme}");
    assertThat(CallContext.none().size()).isZero();
    assertThat(CallContext.none()).hasToString("CallContext{}");
  }

  @Test
  void doesNotChangeWhenAKeyIsAdded() {
    CallContext one = CallContext.of("replica", "a");

    assertThat(one.and("tenant", "acme")).isEqualTo(two);
    assertThat(one.size()).isOne();
    assertThat(CallContext.none().size()).isZero();
  }

  @Test
  void equalsWhatHasTheSameKeysInTheSameOrder() {
    CallContext same = CallContext.of("replica", "a").and("tenant", "acme");

    assertThat(two).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(two)
        .isNotEqualTo(CallContext.of("tenant", "acme").and("replica", "a"))
        .isNotEqualTo(CallContext.of("replica", "b").and("tenant", "acme"))
        .isNotEqualTo(CallContext.of("replica", "a"))
        .isNotEqualTo("replica=a")
        .isNotEqualTo(null);
    assertThat(CallContext.of("replica", "b"))
        .doesNotHaveSameHashCodeAs(CallContext.of("replica", "a"));
  }

  @Test
  void refusesBlankAndLongTextsByName() {
    String longest = "x".repeat(256);
    assertThat(CallContext.of(longest, longest).key(0)).isEqualTo(longest);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> CallContext.of(" ", "a"))
        .withMessageContaining("dimension");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CallContext.of("replica", ""))
        .withMessageContaining("key");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CallContext.of(longest + "x", "a"))
        .withMessageContaining("dimension");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CallContext.of("replica", longest + "x"))
        .withMessageContaining("key");
  }

  @Test
  @SuppressWarnings("NullAway") // a caller without it
  void refusesNullByName() {
    assertThatNullPointerException()
        .isThrownBy(() -> CallContext.of(null, "a"))
        .withMessageContaining("dimension");
    assertThatNullPointerException()
        .isThrownBy(() -> CallContext.of("replica", null))
        .withMessageContaining("key");
  }

  @Test
  void refusesADimensionTwiceAndAFifthKey() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> two.and("tenant", "other"))
        .withMessage("dimension must be named once, but was tenant");
    CallContext full = two.and("route", "/x").and("region", "eu");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> full.and("one", "more"))
        .withMessage("keys must be at most 4, but was 5");
  }
}
