package io.foreguard.spring.cloud;

import io.foreguard.spring.ForeguardAutoConfiguration;
import io.foreguard.spring.GuardRefresh;
import java.util.Locale;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;

/** Auto-configures that guards follow the environment when Spring Cloud says that it changed. */
@AutoConfiguration(after = ForeguardAutoConfiguration.class)
@ConditionalOnClass(EnvironmentChangeEvent.class)
@ConditionalOnBean(GuardRefresh.class)
public final class ForeguardRefreshAutoConfiguration {
  @Bean
  ApplicationListener<EnvironmentChangeEvent> foreguardEnvironmentListener(GuardRefresh guards) {
    return new EnvironmentListener(guards);
  }

  /** A class, as a lambda would not tell Spring which events it wants. */
  private static final class EnvironmentListener
      implements ApplicationListener<EnvironmentChangeEvent> {
    private final GuardRefresh guards;

    EnvironmentListener(GuardRefresh guards) {
      this.guards = guards;
    }

    @Override
    public void onApplicationEvent(EnvironmentChangeEvent event) {
      if (event.getKeys().stream().anyMatch(EnvironmentListener::isOurs)) {
        guards.refresh();
      }
    }

    /** Also as an environment variable writes it. */
    private static boolean isOurs(String key) {
      return key.toLowerCase(Locale.ROOT).startsWith("foreguard");
    }
  }
}
