package io.foreguard.predictive.observation;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.foreguard.evidence.Signals;
import io.foreguard.internal.Require;
import io.foreguard.time.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Samples a circuit breaker's signals at a fixed interval and keeps the latest samples, and writes
 * all of them to a log when it is given one.
 *
 * <pre>{@code
 * ObservationRecorder recorder = ObservationRecorder.builder(breaker::signals)
 *     .writer(ObservationWriter.create(Path.of("points.csv")))
 *     .start();
 * }</pre>
 *
 * <p>Works on the clock's timer, never on a caller's thread. Times are the wall clock's at the
 * start plus monotonic time since, so a step of the wall clock does not show. While no call has
 * ended there is nothing to sample. A writer that fails is closed and reported once; sampling goes
 * on.
 *
 * <p>Thread-safe. {@link #close} stops the timer and closes the writer.
 */
public final class ObservationRecorder implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ObservationRecorder.class);

  private final Supplier<Signals> signals;
  private final Clock clock;
  private final long intervalNanos;
  private final int capacity;
  private final long originNanos;
  private final long originMillis;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final ArrayDeque<Observation> latest = new ArrayDeque<>();

  @GuardedBy("lock")
  private @Nullable ObservationWriter writer;

  @GuardedBy("lock")
  private Clock.@Nullable Cancellable timer;

  @GuardedBy("lock")
  private long ticks;

  @GuardedBy("lock")
  private boolean closed;

  private ObservationRecorder(Builder builder) {
    signals = builder.signals;
    clock = builder.clock;
    intervalNanos = builder.interval.toNanos();
    capacity = builder.capacity;
    writer = builder.writer;
    originNanos = clock.nanoTime();
    originMillis = clock.wallTime().toEpochMilli();
  }

  /** Starts building a recorder of {@code signals}, for example {@code breaker::signals}. */
  public static Builder builder(Supplier<Signals> signals) {
    return new Builder(signals);
  }

  /** The latest samples, oldest first; a copy. */
  public List<Observation> latest() {
    lock.lock();
    try {
      return List.copyOf(latest);
    } finally {
      lock.unlock();
    }
  }

  /** Stops sampling and closes the writer; what was sampled stays readable. Idempotent. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      if (timer != null) {
        timer.cancel();
        timer = null;
      }
      closeWriter();
    } finally {
      lock.unlock();
    }
  }

  private void scheduleNext() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      long behind = clock.nanoTime() - originNanos;
      ticks = Math.max(ticks, behind / intervalNanos) + 1;
      timer = clock.schedule(this::tick, Duration.ofNanos(ticks * intervalNanos - behind));
    } finally {
      lock.unlock();
    }
  }

  private void tick() {
    try {
      Signals now = signals.get();
      if (Observation.isKnown(now)) {
        add(now);
      }
    } catch (RuntimeException e) {
      log.warn("No observation this time: the signals could not be read", e);
    } finally {
      scheduleNext();
    }
  }

  private void add(Signals now) {
    lock.lock();
    try {
      long time = originMillis + Math.floorDiv(now.nanoTime() - originNanos, 1_000_000L);
      Observation last = latest.peekLast();
      long sinceLast = last == null ? 0 : time - last.timeMillis();
      if (closed || (last != null && sinceLast <= 0)) {
        return;
      }
      Observation sample = Observation.of(now, time, sinceLast);
      if (latest.size() == capacity) {
        latest.removeFirst();
      }
      latest.addLast(sample);
      write(sample);
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void write(Observation sample) {
    if (writer == null) {
      return;
    }
    try {
      writer.write(sample).flush();
    } catch (IOException e) {
      log.warn("The log of observations ends here: it could not be written", e);
      closeWriter();
    }
  }

  @GuardedBy("lock")
  private void closeWriter() {
    if (writer == null) {
      return;
    }
    try {
      writer.close();
    } catch (IOException e) {
      log.warn("The log of observations could not be closed", e);
    }
    writer = null;
  }

  /** Settings of a recorder. Not thread-safe. */
  public static final class Builder {
    private final Supplier<Signals> signals;
    private Clock clock = Clock.system();
    private Duration interval = Duration.ofMinutes(1);
    private int capacity = 1_440;
    private @Nullable ObservationWriter writer;

    private Builder(Supplier<Signals> signals) {
      this.signals = Require.nonNull(signals, "signals");
    }

    /** Sets the clock, which must be the breaker's own. Default {@link Clock#system()}. */
    @CanIgnoreReturnValue
    public Builder clock(Clock clock) {
      this.clock = Require.nonNull(clock, "clock");
      return this;
    }

    /**
     * Sets the time between samples. Default 1 minute.
     *
     * @throws IllegalArgumentException if shorter than 1 second or longer than 10 minutes
     */
    @CanIgnoreReturnValue
    public Builder interval(Duration interval) {
      Require.positive(interval, "interval");
      Require.that(
          interval.compareTo(Duration.ofSeconds(1)) >= 0
              && interval.compareTo(Duration.ofMinutes(10)) <= 0,
          "interval",
          "from 1 second to 10 minutes",
          interval);
      this.interval = interval;
      return this;
    }

    /**
     * Sets how many of the latest samples are kept. Default 1,440: a day at the default interval.
     *
     * @throws IllegalArgumentException if outside {@code [1, 1_000_000]}
     */
    @CanIgnoreReturnValue
    public Builder capacity(int samples) {
      capacity = Require.inRange(samples, 1, 1_000_000, "capacity");
      return this;
    }

    /** Sets a log that every sample is also written to, owned by the recorder from then on. */
    @CanIgnoreReturnValue
    public Builder writer(ObservationWriter writer) {
      this.writer = Require.nonNull(writer, "writer");
      return this;
    }

    /** Starts a recorder, whose first sample is one interval away. */
    public ObservationRecorder start() {
      ObservationRecorder recorder = new ObservationRecorder(this);
      recorder.scheduleNext();
      return recorder;
    }
  }
}
