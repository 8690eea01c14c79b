package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.time.ManualClock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LeasesTest {
  private static final long START = new ManualClock(Long.MAX_VALUE - 50).nanoTime();

  private final Leases leases = new Leases();

  @Test
  void aTicketIsGivenBackOnce() {
    int ticket = leases.take(START);

    assertThat(leases.giveBack(ticket)).isTrue();
    assertThat(leases.giveBack(ticket)).isFalse();
    assertThat(leases.pause(ticket, START)).isFalse();
    assertThat(leases.active()).isZero();
  }

  @Test
  void aLateHolderDoesNotMatchTheNextOneOfItsPlace() {
    int first = leases.take(START + 10);
    assertThat(leases.expire(START + 10)).isOne();
    int second = leases.take(START + 20);

    assertThat(leases.giveBack(first)).isFalse();
    assertThat(leases.out()).isOne();
    assertThat(leases.giveBack(second)).isTrue();
  }

  @Test
  void aPausedPlaceStaysTakenUntilItsTimeAndIsNotLost() {
    int ticket = leases.take(START + 1_000);
    assertThat(leases.pause(ticket, START + 100)).isTrue(); // beyond the overflow

    assertThat(leases.active()).isOne();
    assertThat(leases.out()).isZero();
    assertThat(leases.expire(START + 99)).isZero();
    assertThat(leases.active()).isOne();
    assertThat(leases.expire(START + 100)).isZero();
    assertThat(leases.active()).isZero();
  }

  @Test
  void clearingTakesEverythingBack() {
    List<Integer> tickets = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      tickets.add(leases.take(START + i));
    }
    leases.pause(tickets.get(3), START + 7);

    leases.clear();

    assertThat(leases.active()).isZero();
    assertThat(leases.out()).isZero();
    assertThat(tickets).noneMatch(leases::giveBack);
  }

  @Test
  void agreesWithAMapOverRandomOperations() {
    SplittableRandom random = new SplittableRandom(17);
    Map<Integer, Long> out = new HashMap<>();
    List<Integer> all = new ArrayList<>();
    List<Long> paused = new ArrayList<>();
    long now = START;
    for (int i = 0; i < 50_000; i++) {
      now += random.nextInt(3);
      long time = now;
      switch (random.nextInt(4)) {
        case 0 -> {
          if (out.size() < 100) {
            long until = now + 1 + random.nextInt(100);
            int ticket = leases.take(until);
            assertThat(out.put(ticket, until)).isNull();
            all.add(ticket);
          }
        }
        case 1 -> {
          if (!all.isEmpty()) {
            int ticket = all.get(random.nextInt(all.size()));
            assertThat(leases.giveBack(ticket)).isEqualTo(out.remove(ticket) != null);
          }
        }
        case 2 -> {
          if (!all.isEmpty()) {
            int ticket = all.get(random.nextInt(all.size()));
            boolean held = out.remove(ticket) != null;
            assertThat(leases.pause(ticket, now + 5)).isEqualTo(held);
            if (held) {
              paused.add(now + 5);
            }
          }
        }
        default -> {
          long lost = out.values().stream().filter(until -> time - until >= 0).count();
          out.values().removeIf(until -> time - until >= 0);
          paused.removeIf(until -> time - until >= 0);
          assertThat(leases.expire(now)).isEqualTo((int) lost);
        }
      }
      assertThat(leases.out()).isEqualTo(out.size());
      assertThat(leases.active()).isEqualTo(out.size() + paused.size());
    }
  }
}
