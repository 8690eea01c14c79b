package io.foreguard.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** The library on a class path without its optional dependency. */
class WithoutCaffeineTest {
  @Test
  void saysWhatIsMissingAndLetsEverythingElseWork() throws Exception {
    URL[] rest =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("caffeine"))
            .map(WithoutCaffeineTest::url)
            .toArray(URL[]::new);
    try (URLClassLoader loader = new URLClassLoader(rest, ClassLoader.getPlatformClassLoader())) {
      Class<?> fallback = loader.loadClass(Fallback.class.getName());
      Class<?> configType = loader.loadClass(LastKnownGoodConfig.class.getName());
      Object config =
          configType.getMethod("of", Duration.class).invoke(null, Duration.ofMinutes(1));

      Object value = fallback.getMethod("value", Object.class).invoke(null, "default");
      Callable<String> failing =
          () -> {
            throw new IllegalStateException("refused");
          };
      assertThat(fallback.getMethod("call", Object.class, Callable.class).invoke(value, 1, failing))
          .isEqualTo("default");
      assertThatThrownBy(() -> fallback.getMethod("lastKnownGood", configType).invoke(null, config))
          .isInstanceOf(InvocationTargetException.class)
          .cause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("com.github.ben-manes.caffeine:caffeine")
          .hasMessageContaining("LastKnownGoodStore");
    }
  }

  private static URL url(String entry) {
    try {
      return new File(entry).toURI().toURL();
    } catch (java.net.MalformedURLException e) {
      throw new IllegalArgumentException(entry, e);
    }
  }
}
