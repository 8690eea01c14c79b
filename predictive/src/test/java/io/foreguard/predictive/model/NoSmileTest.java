package io.foreguard.predictive.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoSmileTest {
  @TempDir Path folder;

  @Test
  void loadsAndScoresWithoutSmileOnTheClassPath() throws Exception {
    Path file = folder.resolve("stump.fgm");
    TrainedForests.writeStump(file);

    try (URLClassLoader bare =
        new URLClassLoader(classPathWithoutSmile(), ClassLoader.getPlatformClassLoader())) {
      assertThatExceptionOfType(ClassNotFoundException.class)
          .isThrownBy(() -> bare.loadClass("smile.classification.RandomForest"));
      Class<?> probe = bare.loadClass(NoSmileProbe.class.getName());
      assertThat(probe).isNotSameAs(NoSmileProbe.class);
      assertThat((String) probe.getMethod("run", String.class).invoke(null, file.toString()))
          .startsWith("0.050 [0.050, 0.050] by stump ");
    }
  }

  private static URL[] classPathWithoutSmile() throws Exception {
    List<URL> urls = new ArrayList<>();
    String classPath = System.getProperty("java.class.path");
    for (String entry : classPath.split(Pattern.quote(File.pathSeparator), -1)) {
      if (!new File(entry).getName().startsWith("smile-")) {
        urls.add(new File(entry).toURI().toURL());
      }
    }
    return urls.toArray(URL[]::new);
  }
}
