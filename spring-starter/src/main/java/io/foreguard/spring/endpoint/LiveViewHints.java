package io.foreguard.spring.endpoint;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** Makes the page of the live view known ahead of time. */
final class LiveViewHints implements RuntimeHintsRegistrar {
  @Override
  public void registerHints(RuntimeHints hints, @Nullable ClassLoader loader) {
    hints.resources().registerPattern("io/foreguard/spring/endpoint/" + LiveViewPage.RESOURCE);
  }
}
