package io.foreguard.spring.cloud;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.guard.GuardBuilder;
import java.util.function.Consumer;
import org.springframework.cloud.client.circuitbreaker.ConfigBuilder;

/**
 * What a Spring Cloud customizer changes of guards that have no properties of their own: those are
 * made before any customizer is asked. Not thread-safe.
 */
public final class GuardConfigBuilder implements ConfigBuilder<Consumer<GuardBuilder>> {
  private Consumer<GuardBuilder> changes = builder -> {};

  GuardConfigBuilder() {}

  /** Adds a change, applied after what {@code foreguard.defaults} says. */
  @CanIgnoreReturnValue
  public GuardConfigBuilder guard(Consumer<GuardBuilder> change) {
    changes = changes.andThen(change);
    return this;
  }

  @Override
  public Consumer<GuardBuilder> build() {
    return changes;
  }
}
