package io.foreguard.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.circuitbreaker.CircuitBreaker;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.GraphLayout;

/** What one more instance keeps in memory, beside what all instances share. */
class FootprintTest {
  private static final int INSTANCES = 64;
  private static final Callable<Integer> BODY = () -> 1;

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
