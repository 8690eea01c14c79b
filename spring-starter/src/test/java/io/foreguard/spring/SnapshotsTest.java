package io.foreguard.spring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SnapshotsTest {
  private final ManualClock clock = new ManualClock();
  private final ForeguardRegistry registry = ForeguardRegistry.builder().clock(clock).build();
  private final EventLog events = new EventLog(registry, 10);
  private final Snapshots snapshots =
      new Snapshots(
          new GuardViews(registry, new FallbackCounts(), ModelInspector.NONE), events, clock, true);

  @AfterEach
  void close() {
    events.destroy();
    registry.close();
  }

  @Test
  void toldsOnlyWhatChangedToWhoSawTheOneBefore() throws Exception {
    CircuitBreaker a = registry.circuitBreaker("a");
    CircuitBreaker b = registry.circuitBreaker("b\"</script>");
    Snapshot first = snapshots.next();
    assertThat(text(first, 0))
        .startsWith("event: full\ndata: {")
        .contains("\"a\":{", "\"b\\\"<\\/script>\":{", "\"writable\":true")
        .endsWith("}\n\n");

    clock.advance(Duration.ofSeconds(1));
    a.transitionToOpen();
    Snapshot second = snapshots.next();
    String change = text(second, first.version());
    assertThat(change)
        .startsWith("event: change\n")
        .contains("\"a\":{\"state\":\"OPEN\"", "\"to\":\"OPEN\"");
    assertThat(text(snapshots.next(), first.version()))
        .as("one was missed")
        .startsWith("event: full\n");

    for (int s = 0; s < 100; s++) {
      b.call(() -> 1);
      a.call(() -> 1);
    }
    for (int s = 0; s < 400; s++) {
      clock.advance(Duration.ofSeconds(1));
      Snapshot n = snapshots.next();
      if (s % 20 == 0 || s < 20)
        System.out.println(
            "LEN " + s + " " + text(n, n.version() - 1).length() + text(n, n.version() - 1));
    }
  }

  private static String text(Snapshot snapshot, long seen) {
    return new String(snapshot.after(seen), UTF_8);
  }
}
