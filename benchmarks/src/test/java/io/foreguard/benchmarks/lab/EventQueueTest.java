package io.foreguard.benchmarks.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EventQueueTest {
  @Test
  void givesEventsInOrderOfTimeAndThenOfArrival() {
    long seed = 20_260_101;
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 50; round++) {
      EventQueue queue = new EventQueue();
      List<Event> reference = new ArrayList<>();
      List<Integer> fired = new ArrayList<>();
      List<Integer> expected = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        if (random.nextInt(5) < 3 || reference.isEmpty()) {
          Event event = new Event(random.nextLong(40), i);
          reference.add(event);
          queue.add(event.time, () -> fired.add(event.number));
        } else {
          Event next = reference.stream().min(Comparator.comparingLong(Event::time)).orElseThrow();
          reference.remove(next);
          expected.add(next.number);
          assertThat(queue.nextTime()).as("seed %s", seed).isEqualTo(next.time);
          queue.poll().run();
        }
      }

      assertThat(fired).as("seed %s", seed).isEqualTo(expected);
      assertThat(queue.isEmpty()).isEqualTo(reference.isEmpty());
    }
  }

  private record Event(long time, int number) {}
}
