package io.foreguard.predictive.trust;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import io.foreguard.time.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a model file now and then, and puts a new one in force. A file that cannot be loaded, or
 * is refused, changes nothing: what is in force stays, and one line in the log per such file says
 * why. Thread-safe.
 *
 * <pre>{@code
 * ModelWatch<TrainedForest> watch =
 *     ModelWatch.of(file, TrainedForest::load, model::replace, Duration.ofMinutes(1), clock);
 * }</pre>
 *
 * <p>Write the new file beside the old one and rename it into place. A file counts as new when its
 * length or its time of last change differs; one that was there when the watch began does not.
 * Files are read on a daemon thread, never on the clock's timer or a caller's.
 *
 * @param <T> what a file holds
 */
public final class ModelWatch<T> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ModelWatch.class);
  private static final Executor DAEMON =
      task -> {
        Thread thread = new Thread(task, "foreguard-model-watch");
        thread.setDaemon(true);
        thread.start();
      };

  private final Path file;
  private final Loader<? extends T> loader;
  private final Consumer<? super T> user;
  private final Duration interval;
  private final Clock clock;
  private final Executor executor;
  private String known; // these two are guarded by this
  private Clock.@Nullable Cancellable next;
  private volatile boolean closed;

  ModelWatch(
      Path file,
      Loader<? extends T> loader,
      Consumer<? super T> user,
      Duration interval,
      Clock clock,
      Executor executor) {
    this.file = Require.nonNull(file, "file");
    this.loader = Require.nonNull(loader, "loader");
    this.user = Require.nonNull(user, "user");
    this.interval = Require.positive(interval, "interval");
    this.clock = Require.nonNull(clock, "clock");
    this.executor = executor;
    known = fingerprint();
    schedule();
  }

  /**
   * Starts to watch {@code file}, whose present content is in force already.
   *
   * @param loader reads and checks the file
   * @param user puts what was read in force, or refuses by throwing
   * @param interval time between two looks
   */
  public static <T> ModelWatch<T> of(
      Path file,
      Loader<? extends T> loader,
      Consumer<? super T> user,
      Duration interval,
      Clock clock) {
    return new ModelWatch<>(file, loader, user, interval, clock, DAEMON);
  }

  private synchronized void schedule() {
    if (!closed) {
      next = clock.schedule(() -> executor.execute(this::look), interval);
    }
  }

  private void look() {
    try {
      boolean unused = check();
    } finally {
      schedule();
    }
  }

  /**
   * Looks at once, on this thread; never throws for what is wrong with the file.
   *
   * @return whether a new model is in force
   */
  @CanIgnoreReturnValue
  public synchronized boolean check() {
    String found = fingerprint();
    if (closed || found.equals(known) || found.isEmpty()) {
      return false;
    }
    known = found; // before loading: what is written meanwhile is looked at next time
    try {
      T loaded = loader.load(file);
      user.accept(loaded);
      log.info("Model {} from {} is in force", loaded, file);
      return true;
    } catch (Exception e) {
      log.warn("The new model file {} is not used, the model before it stays in force", file, e);
      return false;
    }
  }

  /** What tells one content from another; empty if there is no file to be read. */
  private String fingerprint() {
    try {
      BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
      return seen.size() + " " + seen.lastModifiedTime() + " " + seen.fileKey();
    } catch (IOException e) {
      log.debug("The model file {} cannot be looked at", file, e);
      return "";
    }
  }

  /** Ends the watch; what is in force stays. */
  @Override
  public void close() {
    closed = true;
    synchronized (this) {
      if (next != null) {
        boolean unused = next.cancel();
      }
    }
  }

  /**
   * Reads a file.
   *
   * @param <T> what it holds
   */
  @FunctionalInterface
  public interface Loader<T> {
    /** Reads and checks {@code file}; throws what is wrong with it. */
    T load(Path file) throws Exception;
  }
}
