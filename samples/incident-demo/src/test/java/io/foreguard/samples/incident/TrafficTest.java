package io.foreguard.samples.incident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrafficTest {

  @Test
  void makesTheSameCallsFromTheSameSeed() {
    assertThat(new Traffic("c", 7, 500, 1).calls(60, 5))
        .isEqualTo(new Traffic("c", 7, 500, 1).calls(60, 5));
    assertThat(new Traffic("c", 7, 500, 1).calls(60, 5))
        .isNotEqualTo(new Traffic("c", 8, 500, 1).calls(60, 5));
  }

  @Test
  void arrivesAsAPoissonProcessOfTheGivenRate() {
    List<Traffic.Call> calls = new Traffic("c", 1, 500, 1).calls(60, 1000);

    double[] gaps = new double[calls.size() - 1];
    double sum = 0;
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] = (calls.get(i + 1).dueNanos() - calls.get(i).dueNanos()) / 1e9;
      sum += gaps[i];
    }
    double mean = sum / gaps.length;
    double squares = 0;
    for (double gap : gaps) {
      squares += (gap - mean) * (gap - mean);
    }
    assertThat(calls.size()).isBetween(59_000, 61_000);
    assertThat(Math.sqrt(squares / gaps.length) / mean).isCloseTo(1, within(0.03));
    assertThat(calls).isSortedAccordingTo((a, b) -> Long.compare(a.dueNanos(), b.dueNanos()));
    assertThat(calls.get(calls.size() - 1).dueNanos()).isLessThan(1_000_000_000_000L);
  }

  @Test
  void letsTheFirstCustomerCallTwiceAsOftenAsTheSecond() {
    List<Traffic.Call> calls = new Traffic("c", 1, 500, 1).calls(60, 1000);

    double first = calls.stream().filter(call -> call.customer().equals("C0001")).count();
    double second = calls.stream().filter(call -> call.customer().equals("C0002")).count();
    assertThat(first / second).isCloseTo(2, within(0.15));
    assertThat(calls).allMatch(call -> call.customer().matches("C0[0-4]\\d\\d|C0500"));
  }

  @Test
  void numbersTheCalls() {
    Traffic traffic = new Traffic("w", 1, 1, 1);

    assertThat(traffic.call(5))
        .extracting(Traffic.Call::id, Traffic.Call::dueNanos)
        .containsExactly("w000001", 5L);
    assertThat(traffic.call(0).id()).isEqualTo("w000002");
  }
}
