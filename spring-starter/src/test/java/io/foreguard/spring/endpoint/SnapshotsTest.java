package io.foreguard.spring.endpoint;

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
  void tellsOnlyWhatChangedToWhoSawTheOneBefore() {
    CircuitBreaker a = registry.circuitBreaker("a");
    CircuitBreaker unused = registry.circuitBreaker("b\"</script>");
    Snapshot first = snapshots.next();
    assertThat(text(first, 0))
        .startsWith("event: full\ndata: {")
        .contains("\"a\":{", "\"b\\\"</script>\":{", "\"writable\":true")
        .endsWith("}\n\n");

    clock.advance(Duration.ofSeconds(1));
    a.transitionToOpen();
    Snapshot second = snapshots.next();
    String change = text(second, first.version());
    assertThat(change)
        .startsWith("event: change\n")
        .contains("\"a\":{\"state\":\"OPEN\"", "\"to\":\"OPEN\"");
    registry.circuitBreakers().remove("a");
    assertThat(text(snapshots.next(), second.version()))
        .contains("\"removed\":[\"a\"]", "\"events\":[]");
    assertThat(text(snapshots.next(), first.version()))
        .as("one was missed")
        .startsWith("event: full\n");
  }

  @Test
  void aCalmCircuitThatNobodyCallsIsNotSentAgain() throws Exception {
    CircuitBreaker calm = registry.circuitBreaker("calm");
    CircuitBreaker busy = registry.circuitBreaker("busy");
    for (int i = 0; i < 100; i++) {
      calm.call(() -> 1);
    }
    Snapshot unused = snapshots.next();
    clock.advance(Duration.ofSeconds(1));
    long seen = snapshots.next().version();

    clock.advance(Duration.ofSeconds(1));
    busy.call(() -> 1);
    assertThat(text(snapshots.next(), seen)).contains("\"busy\":{").doesNotContain("\"calm\":{");
  }

  private static String text(Snapshot snapshot, long seen) {
    return new String(snapshot.after(seen), UTF_8);
  }
}
