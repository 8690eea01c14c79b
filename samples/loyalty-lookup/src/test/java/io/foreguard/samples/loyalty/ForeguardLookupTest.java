package io.foreguard.samples.loyalty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The default protection. */
class ForeguardLookupTest extends ProtectedLookupTestBase {
  @Test
  void showsTheEstimateThatItDecidesBy() {
    GuardState state = state();

    assertThat(state.probability()).isBetween(state.lower(), state.upper());
    assertThat(state.probability()).isGreaterThan(state.threshold());
    assertThat(state.state()).isEqualTo("CLOSED");
  }

  @Override
  String protection() {
    return "foreguard";
  }
}
