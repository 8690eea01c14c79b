package io.foreguard.samples.snippets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files of the project that the pages' tests compare. */
final class Pages {
  private static final Path ROOT = Path.of("..", "..");
  private static final List<Path> COMPILED =
      List.of(Path.of("samples"), Path.of("core/test-kit"), Path.of("spring-starter"));

  private Pages() {}

  /** All pages: those of the root, of docs and of the modules. */
  static List<Path> all() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT, 3)) {
      return files.filter(file -> isOurs(file, ".md")).sorted().toList();
    }
  }

  /** The page of that name, from the root on. */
  static Path page(String name) {
    return ROOT.resolve(name);
  }

  /** How a page is called, from the root on. */
  static String name(Path page) {
    return ROOT.relativize(page).toString();
  }

  static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sources that the build compiles and from which pages may quote. */
  static List<String> sources() throws IOException {
    List<String> sources = new ArrayList<>();
    for (Path folder : COMPILED) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
        files
            .filter(file -> isOurs(file, ".java"))
            .map(file -> String.join("\n", lines(file)))
            .forEach(sources::add);
      }
    }
    return sources;
  }

  private static boolean isOurs(Path file, String ending) {
    String path = ROOT.relativize(file).toString().replace('\\', '/');
    return path.endsWith(ending) && !path.contains("target/") && !path.startsWith(".");
  }
}
