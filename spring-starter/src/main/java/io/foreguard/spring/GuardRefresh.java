package io.foreguard.spring;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.registry.ForeguardRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;

/**
 * Puts changed properties in force while the application runs. With Spring Cloud it does so by
 * itself when the environment changes; others call {@link #refresh}. Thread-safe.
 *
 * <p>Guards keep their evidence, state, counts and models; where the policy changes, an open or
 * recovering circuit starts its wait or ramp anew. A part that comes or goes, a deadline and what
 * is said of fallbacks take effect at the next start, as do the defaults of what is made in the
 * registry by hand; one warning names them.
 */
public final class GuardRefresh {
  private static final Logger log = LoggerFactory.getLogger(GuardRefresh.class);

  private final Environment environment;
  private final GuardFactory factory;
  private final ForeguardRegistry registry;

  GuardRefresh(Environment environment, GuardFactory factory, ForeguardRegistry registry) {
    this.environment = environment;
    this.factory = factory;
    this.registry = registry;
  }

  /**
   * Reads the properties under {@code foreguard} anew. If one of them breaks a rule nothing changes
   * at all, and an error in the log names it: this never throws.
   *
   * @return whether the properties are in force
   */
  @CanIgnoreReturnValue
  public boolean refresh() {
    try {
      factory.refresh(registry, read());
      return true;
    } catch (RuntimeException e) {
      log.error(
          "The changed properties under foreguard cannot be put in force; all guards go on with"
              + " those from before. Correct this, and refresh again: {}",
          e.getMessage(),
          e);
      return false;
    }
  }

  private ForeguardProperties read() {
    BindHandler strict =
        new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter());
    return Binder.get(environment)
        .bindOrCreate(ForeguardProperties.PREFIX, Bindable.of(ForeguardProperties.class), strict);
  }
}
