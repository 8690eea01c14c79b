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
 * @param description what it is, as words that can follow its value
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
}
