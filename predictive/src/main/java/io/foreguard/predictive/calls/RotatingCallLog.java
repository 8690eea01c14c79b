package io.foreguard.predictive.calls;

import io.foreguard.internal.Require;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * A log of calls in a bounded number of files of bounded size: {@code calls.csv} is the latest,
 * {@code calls.1.csv} the one before, and so on. Not thread-safe.
 */
final class RotatingCallLog implements Closeable {
  private final Path file;
  private final long maximumSize;
  private final int files;
  private @Nullable CallLogWriter writer;

  RotatingCallLog(Path file, long maximumSize, int files) {
    this.file = file;
    this.maximumSize = maximumSize;
    this.files = files;
  }

  void write(CallRecord call) throws IOException {
    CallLogWriter open = writer;
    if (open != null && open.written() >= maximumSize) {
      writer = null;
      open.close();
      open = null;
    }
    if (open == null) {
      rotate();
      open = CallLogWriter.create(file);
      writer = open;
    }
    open.write(call);
  }

  void flush() throws IOException {
    if (writer != null) {
      writer.flush();
    }
  }

  @Override
  public void close() throws IOException {
    CallLogWriter open = writer;
    writer = null;
    if (open != null) {
      open.close();
    }
  }

  private void rotate() throws IOException {
    for (int age = files - 1; age >= 1; age--) {
      Path from = aged(age - 1);
      if (Files.exists(from)) {
        Files.move(from, aged(age), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private Path aged(int age) {
    if (age == 0) {
      return file;
    }
    String name = Require.nonNull(file.getFileName(), "file name").toString();
    int dot = name.indexOf('.', 1);
    String stem = dot < 0 ? name : name.substring(0, dot);
    return file.resolveSibling(stem + '.' + age + (dot < 0 ? "" : name.substring(dot)));
  }
}
