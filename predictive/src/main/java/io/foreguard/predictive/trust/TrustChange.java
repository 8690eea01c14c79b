package io.foreguard.predictive.trust;

import io.foreguard.internal.Require;
import java.time.Instant;
import java.util.Objects;

/**
 * A model has won or lost trust. Immutable.
 *
 * @param name name that the {@link TrustedModel} was given: the dependency's
 * @param model name of the model
 * @param version version of the model
 * @param time wall-clock time, for display only
 * @param from trust before
 * @param to trust after
 * @param reason why, in words
 */
public record TrustChange(
    String name,
    String model,
    String version,
    Instant time,
    TrustState from,
    TrustState to,
    String reason) {
  /** Checks that everything is there. */
  public TrustChange {
    Require.name(name, "name");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(time, "time");
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(to, "to");
    Objects.requireNonNull(reason, "reason");
  }
}
