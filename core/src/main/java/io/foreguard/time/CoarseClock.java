package io.foreguard.time;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The system's time as of a moment ago: a thread notes it over and over, and a reading is a reading
 * of memory. The thread starts with the first reading and ends when the clock is garbage.
 */
final class CoarseClock implements Clock {
  private final long resolutionNanos;
  private volatile @Nullable Note note;

  CoarseClock(Duration resolution) {
    resolutionNanos = resolution.toNanos();
  }

  @Override
  public long nanoTime() {
    Note started = note;
    return started != null ? started.nanos : start().nanos;
  }

  @Override
  public Instant wallTime() {
    return SystemClock.INSTANCE.wallTime();
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    SystemClock.INSTANCE.sleep(duration);
  }

  @Override
  public Cancellable schedule(Runnable task, Duration delay) {
    return SystemClock.INSTANCE.schedule(task, delay);
  }

  @Override
  public String toString() {
    return "CoarseClock[" + TimeUnit.NANOSECONDS.toMicros(resolutionNanos) + " us]";
  }

  private synchronized Note start() {
    Note started = note;
    if (started == null) {
      started = new Note();
      Note noted = started;
      WeakReference<CoarseClock> reader = new WeakReference<>(this);
      long pause = resolutionNanos;
      Thread thread = new Thread(() -> keepNoting(noted, reader, pause), "foreguard-coarse-clock");
      thread.setDaemon(true);
      thread.start();
      note = started;
    }
    return started;
  }

  /** Static, so that the thread does not keep the clock. */
  private static void keepNoting(Note note, WeakReference<CoarseClock> reader, long pauseNanos) {
    while (!reader.refersTo(null)) {
      LockSupport.parkNanos(note, pauseNanos);
      boolean unused = Thread.interrupted(); // it would keep the thread from parking
      note.nanos = System.nanoTime();
    }
  }

  /** The last reading. */
  private static final class Note {
    volatile long nanos = System.nanoTime();
  }
}
