package io.foreguard.samples.incident.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.samples.incident.raw.CallRow;
import io.foreguard.samples.incident.raw.Phase;
import io.foreguard.samples.incident.raw.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import org.junit.jupiter.api.Test;

class ReactionTest {

  private static final Phase HANG = new Phase(Role.HANG, 2000, 7000, 2000, "mode=hang");
  private static final double DEADLINE = 1000;

  /** A call every 10 ms from second 0 to second 9: 100 in each window. */
  private static List<CallRow> calls(DoubleFunction<CallRow> call) {
    List<CallRow> calls = new ArrayList<>();
    for (int ms = 0; ms < 9000; ms += 10) {
      calls.add(call.apply(ms));
    }
    return calls;
  }

  private static CallRow call(double ms, double latencyMs, String source) {
    return new CallRow("c", ms, ms, latencyMs, 200, source, 0, "sent", "sent", null, Role.HANG);
  }

  @Test
  void needsNoTimeWhenNoWindowIsBad() {
    assertThat(Reaction.secondsToProtect(HANG, calls(ms -> call(ms, 1000, "stale")), DEADLINE))
        .isZero();
  }

  @Test
  void protectsAtTheStartOfTheFirstGoodWindowAfterABadOne() {
    // Late until 3.5 s: the window from 3.4 s holds 10 late calls of 100, the one from 3.5 s none.
    List<CallRow> calls = calls(ms -> call(ms, ms >= 2000 && ms < 3500 ? 1001 : 5, "stale"));

    assertThat(Reaction.secondsToProtect(HANG, calls, DEADLINE)).isEqualTo(1.5);
  }

  @Test
  void countsFromTheOnsetEvenWhenTheHarmComesLater() {
    List<CallRow> calls = calls(ms -> call(ms, ms >= 4000 && ms < 4500 ? 1001 : 5, "stale"));

    assertThat(Reaction.secondsToProtect(HANG, calls, DEADLINE)).isEqualTo(2.5);
  }

  @Test
  void allowsFiveCallsOfAHundredToBeLate() {
    List<CallRow> five = calls(ms -> call(ms, ms >= 3000 && ms < 3050 ? 1001 : 5, "stale"));
    List<CallRow> six = calls(ms -> call(ms, ms >= 3000 && ms < 3060 ? 1001 : 5, "stale"));

    assertThat(Reaction.secondsToProtect(HANG, five, DEADLINE)).isZero();
    assertThat(Reaction.secondsToProtect(HANG, six, DEADLINE)).isEqualTo(1.1);
  }

  @Test
  void neverProtectsWhenTheLastFullWindowIsBad() {
    // Good from 5.1 s on: a window from there would end at 6.1 s, less than a deadline before the
    // end.
    List<CallRow> never = calls(ms -> call(ms, ms >= 2000 && ms < 5100 ? 1001 : 5, "stale"));
    List<CallRow> barely = calls(ms -> call(ms, ms >= 2000 && ms < 5000 ? 1001 : 5, "stale"));

    assertThat(Reaction.secondsToProtect(HANG, never, DEADLINE)).isNaN();
    assertThat(Reaction.secondsToProtect(HANG, barely, DEADLINE)).isEqualTo(3.0);
  }

  @Test
  void doesNotBlameAPhaseForTheNextFault() {
    List<CallRow> calls = calls(ms -> call(ms, ms >= 6500 ? 1001 : 5, "stale"));

    assertThat(Reaction.secondsToProtect(HANG, calls, DEADLINE)).isZero();
  }

  @Test
  void recoversAtTheFirstWindowThatIsFreshAndInTime() {
    Phase recovery = new Phase(Role.RECOVERY, 2000, 8000, 2000, "mode=recover");
    List<CallRow> calls = calls(ms -> call(ms, 5, ms < 2730 ? "stale" : "fresh"));

    // The window from 2.6 s holds 13 stale calls, that from 2.7 s three.
    assertThat(Reaction.secondsToRecover(recovery, calls, DEADLINE)).isEqualTo(0.7);
    assertThat(Reaction.secondsToRecover(recovery, calls(ms -> call(ms, 1001, "fresh")), DEADLINE))
        .isNaN();
  }

  @Test
  void saysNothingOfAPhaseWithoutCallsOrShorterThanAWindow() {
    Phase shorter = new Phase(Role.HANG, 2000, 2900, 2000, "mode=hang");

    assertThat(Reaction.secondsToProtect(HANG, List.of(), DEADLINE)).isNaN();
    assertThat(Reaction.secondsToRecover(HANG, List.of(), DEADLINE)).isNaN();
    assertThat(Reaction.secondsToProtect(shorter, calls(ms -> call(ms, 5, "stale")), DEADLINE))
        .isNaN();
  }
}
