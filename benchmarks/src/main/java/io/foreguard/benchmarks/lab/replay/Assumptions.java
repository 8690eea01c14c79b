package io.foreguard.benchmarks.lab.replay;

import io.foreguard.benchmarks.lab.replay.Fates.Guess;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What is assumed of calls whose fate the log does not tell: what is expected, and what bounds it.
 * Immutable.
 *
 * @param expected what is most likely
 * @param bounds others, of which none may be true; empty if the log tells everything
 * @param fits dependencies fitted to incidents with signs of load
 */
record Assumptions(Scenario expected, List<Scenario> bounds, List<LoadFit.Fit> fits) {
  Assumptions {
    bounds = List.copyOf(bounds);
    fits = List.copyOf(fits);
  }

  static Assumptions of(ReplayLog log, List<LoadFit.Fit> fits) {
    Fates fates = Fates.of(log, Guess.EXPECTED);
    List<LoadWindow> good =
        fits.stream().filter(LoadFit.Fit::isGood).map(LoadFit.Fit::expected).toList();
    Scenario expected = new Scenario("as expected", fates, good);
    List<Scenario> bounds = new ArrayList<>();
    if (!good.isEmpty()) {
      bounds.add(new Scenario("load has no effect", fates, List.of()));
    }
    if (good.size() < fits.size()) {
      bounds.add(new Scenario("load is the cause", fates, each(fits, LoadFit.Fit::expected)));
    }
    if (!fits.isEmpty()) {
      bounds.add(new Scenario("with less capacity", fates, each(fits, LoadFit.Fit::least)));
      bounds.add(new Scenario("with more capacity", fates, each(fits, LoadFit.Fit::most)));
    }
    if (log.refused() > 0) {
      Fates bright = Fates.of(log, Guess.OPTIMISTIC);
      bounds.add(new Scenario("refused calls would have fared well", bright, good));
      Fates dark = Fates.of(log, Guess.PESSIMISTIC);
      bounds.add(new Scenario("refused calls would have fared badly", dark, good));
    }
    return new Assumptions(expected, bounds, fits);
  }

  private static List<LoadWindow> each(
      List<LoadFit.Fit> fits, Function<LoadFit.Fit, LoadWindow> which) {
    return fits.stream().map(which).toList();
  }
}
