package io.foreguard.samples.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LastKnownGoodTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
  private final LastKnownGood<String> values =
      new LastKnownGood<>(Duration.ofMinutes(10), nanos::get);

  @Test
  void knowsTheLastValueAndItsAge() {
    values.put("C0001", "first");
    advance(Duration.ofMinutes(1));
    values.put("C0001", "second");
    advance(Duration.ofSeconds(90));

    assertThat(values.find("C0001"))
        .contains(new LastKnownGood.Known<>("second", Duration.ofSeconds(90)));
  }

  @Test
  void forgetsWhatIsTooOld() {
    values.put("C0001", "old");
    advance(Duration.ofMinutes(10));

    assertThat(values.find("C0001")).isEmpty();
  }

  @Test
  void knowsNothingOfOtherKeys() {
    values.put("C0001", "value");

    assertThat(values.find("C0002")).isEmpty();
  }

  private void advance(Duration duration) {
    nanos.addAndGet(duration.toNanos());
  }
}
