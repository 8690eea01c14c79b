package io.foreguard.predictive.feature;

import io.foreguard.internal.Require;
import java.time.Duration;
import java.util.Objects;

/**
 * One quantity that a learned model sees. Immutable.
 *
 * @param name name in model files, reports and explanations
 * @param unit unit in UCUM notation, {@code "1"} for pure numbers
 * @param window how far back it looks; zero for the latest sample alone
 * @param missing what happens where data are missing or a value is undefined
 * @param description what it is, in words; {@code log of the A to B}, {@code log of the seconds A}
 *     and {@code log(1 + A)} are told to people as the factor, time or count that they stand for
 */
public record Feature(
    String name, String unit, Duration window, String missing, String description) {

  /** Checks that everything is there. */
  public Feature {
    Require.name(name, "name");
    Objects.requireNonNull(unit, "unit");
    Require.notNegative(window, "window");
    Objects.requireNonNull(missing, "missing");
    Objects.requireNonNull(description, "description");
  }

  /** A value of this feature in words, for example {@code recent latency 4.1x the usual one}. */
  public String words(double value) {
    return FeatureWords.of(this, value);
  }
}
