package io.foreguard.otel;

import io.opentelemetry.api.common.AttributesBuilder;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How values are written as attributes. */
final class Words {
  private static final double NANOS = 1e-9;

  private Words() {}

  /** The constant's name in lower case. */
  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static double seconds(Duration duration) {
    return duration.getSeconds() + duration.getNano() * NANOS;
  }

  static double seconds(long nanos) {
    return nanos * NANOS;
  }

  /** Adds the type of what was thrown, if anything was. */
  static void errorType(AttributesBuilder attributes, Optional<Throwable> thrown) {
    errorType(attributes, thrown.orElse(null));
  }

  /** Adds the type of what was thrown, if anything was. */
  static void errorType(AttributesBuilder attributes, @Nullable Throwable thrown) {
    if (thrown != null) {
      attributes.put(ForeguardAttributes.ERROR_TYPE, thrown.getClass().getName());
    }
  }
}
