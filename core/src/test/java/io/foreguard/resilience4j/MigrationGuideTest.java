package io.foreguard.resilience4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The migration guide leaves out no setting of Resilience4j's breakers. */
class MigrationGuideTest {
  private static final Set<String> NO_SETTINGS = Set.of("build");

  @Test
  void namesEverySettingOfABreaker() throws Exception {
    String guide = Files.readString(Path.of("..", "docs", "migrating-from-resilience4j.md"));

    for (Method method : CircuitBreakerConfig.Builder.class.getDeclaredMethods()) {
      boolean isSetting =
          Modifier.isPublic(method.getModifiers()) && !NO_SETTINGS.contains(method.getName());
      if (isSetting) {
        assertThat(guide).contains('`' + method.getName() + '`');
      }
    }
  }
}
