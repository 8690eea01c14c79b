package io.foreguard.spring.endpoint;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.Mode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator may do to a circuit breaker, and how it is written. */
final class ManualControl {
  private static final Logger log = LoggerFactory.getLogger(ManualControl.class);
  private static final String MODES =
      Arrays.stream(Mode.values()).map(Mode::name).collect(Collectors.joining(", "));
  private static final String USAGE =
      "Write {\"mode\": MODE} with one of " + MODES + ", or {\"reset\": true}.";

  private ManualControl() {}

  /**
   * Sets the mode, or closes the circuit and forgets recent failures.
   *
   * @return what is wrong with the order, and what to write instead; empty when it was carried out
   */
  static Optional<String> apply(
      CircuitBreaker breaker, @Nullable String mode, @Nullable String reset) {
    if ((mode == null) == (reset == null)) {
      return Optional.of(
          (mode == null ? "Neither mode nor reset was given. " : "Both mode and reset were given. ")
              + USAGE);
    }
    if (mode == null) {
      return reset(breaker, reset);
    }
    String name = mode.strip().toUpperCase(Locale.ROOT).replace('-', '_');
    Optional<Mode> known =
        Arrays.stream(Mode.values()).filter(value -> value.name().equals(name)).findFirst();
    if (known.isEmpty()) {
      return Optional.of("There is no mode '" + mode + "'. " + USAGE);
    }
    breaker.mode(known.get());
    log.info("Circuit breaker '{}' was set to {} by an operator", breaker.name(), known.get());
    return Optional.empty();
  }

  private static Optional<String> reset(CircuitBreaker breaker, @Nullable String reset) {
    if (!"true".equals(reset)) {
      return Optional.of("reset must be true, but was '" + reset + "'. " + USAGE);
    }
    breaker.transitionToClosed();
    log.info("Circuit breaker '{}' was reset by an operator", breaker.name());
    return Optional.empty();
  }
}
