package io.foreguard.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.CallContext;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.Permit;
import io.foreguard.time.ManualClock;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.GraphLayout;

/** What one more instance keeps in memory, beside what all instances share. */
class FootprintTest {
  private static final int INSTANCES = 64;
  private static final Callable<Integer> BODY = () -> 1;

  @BeforeAll
  static void aThreadThatAsksModelsRuns() {
    CircuitBreakerConfig.defaults().modelExecutor().execute(() -> {}); // it is nobody's memory
  }

  @Test
  void aBreakerIsSmallerThanItsPeer() {
    long peer = bytesOfOneMore(() -> Settings.resilience4jBreaker(false, true));
    long idle = bytesOfOneMore(() -> CircuitBreaker.of(Settings.NAME));
    long called = bytesOfOneMore(() -> called(CircuitBreaker.of(Settings.NAME), 1));
    long calledAgain = bytesOfOneMore(() -> called(CircuitBreaker.of(Settings.NAME), 5));

    assertThat(idle).isLessThan(peer / 4).isLessThanOrEqualTo(900);
    assertThat(called).isLessThan(peer / 4).isLessThanOrEqualTo(1_024);
    assertThat(calledAgain).isLessThan(peer / 4).isLessThanOrEqualTo(1_024);
  }

  @Test
  void aKeyThatWasCalledOnceTakesOneKilobyte() throws Exception {
    int keys = 768; // the table of the map has 1,024 places then
    CircuitBreaker few = keyed(2);
    CircuitBreaker many = keyed(2 + keys);

    long bytes = (size(many) - size(few)) / keys - bytesOfOneMore(() -> key(1));

    assertThat(bytes).as("bytes, but for the key's text").isLessThanOrEqualTo(1_024);
  }

  private static CircuitBreaker keyed(int keys) throws Exception {
    CircuitBreaker breaker =
        CircuitBreaker.of(Settings.NAME, CircuitBreakerConfig.defaults(), new ManualClock());
    Permit held = breaker.acquire(); // or its first slot would be reserved for a whole thread
    for (int i = 0; i < keys; i++) {
      Integer unused = breaker.call(CallContext.of("tenant", key(i)), BODY);
    }
    assertThat(held.isProbe()).isFalse();
    return breaker;
  }

  private static String key(int index) {
    return "key-" + (1_000 + index);
  }

  private static CircuitBreaker called(CircuitBreaker breaker, int times) {
    try {
      for (int i = 0; i < times; i++) {
        Integer unused = breaker.call(BODY);
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    return breaker;
  }

  private static long bytesOfOneMore(Supplier<?> maker) {
    Object[] one = {maker.get()};
    Object[] many = new Object[INSTANCES + 1];
    many[0] = one[0];
    for (int i = 1; i <= INSTANCES; i++) {
      many[i] = maker.get();
    }
    long references = 4L * INSTANCES;
    return (size(many) - size(one) - references) / INSTANCES;
  }

  private static long size(Object root) {
    return GraphLayout.parseInstance(root).totalSize();
  }
}
