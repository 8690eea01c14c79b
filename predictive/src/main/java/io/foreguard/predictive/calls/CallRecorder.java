package io.foreguard.predictive.calls;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.foreguard.circuitbreaker.CallListener;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.circuitbreaker.RejectionReason;
import io.foreguard.event.Subscription;
import io.foreguard.evidence.Outcome;
import io.foreguard.internal.Require;
import io.foreguard.predictive.calls.CallRecord.Admission;
import io.foreguard.predictive.internal.CallRing;
import io.foreguard.time.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records what a circuit breaker decided and how its calls ended, in files of bounded size and
 * number, to train on and to replay. Payloads, arguments and errors are never recorded.
 *
 * <pre>{@code
 * CallRecorder recorder = CallRecorder.builder(breaker, Path.of("calls.csv")).start();
 * }</pre>
 *
 * <p>The caller's thread writes a few numbers into a bounded queue: no lock, no allocation. A
 * thread of the recorder's own takes them out and writes. What the queue has no room for, and what
 * cannot be written because a disk is full or away, is dropped and counted; the first failure to
 * write is logged, and after a minute writing is tried again.
 *
 * <p>Refused calls are recorded as {@link Admission#REJECTED}. Of a probe the record holds the
 * probability that a call became one, from the calls refused since the probe before it; of any
 * other call the share that was admitted when it began, as far as it was seen by then: the share
 * and the estimate are looked at whenever a call ends and whenever the queue is emptied.
 *
 * <p>Thread-safe. {@link #close} writes what is left.
 */
public final class CallRecorder implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CallRecorder.class);
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMinutes(1);
  private static final int SHARE_OF_ALL = 0xFFFF;
  private static final int PROBE = 1 << 16;
  private static final int SHADOW = 1 << 17;
  private static final int REFUSED = 1 << 18;
  private static final int UNWEIGHTED = 1 << 19;

  private final CircuitBreaker breaker;
  private final Clock clock;
  private final Executor executor;
  private final Duration interval;
  private final double successSampling;
  private final CallRing ring;
  private final long originNanos;
  private final long originEpochNanos;
  private final LongAdder dropped = new LongAdder();
  private final LongAdder recorded = new LongAdder();
  private final AtomicBoolean asked = new AtomicBoolean();
  private final Subscription subscription;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Admissions admissions = new Admissions();

  @GuardedBy("lock")
  private final RotatingCallLog out;

  @GuardedBy("lock")
  private boolean warned;

  @GuardedBy("lock")
  private boolean paused;

  @GuardedBy("lock")
  private long pausedUntil;

  private volatile boolean closed;
  private volatile Clock.Cancellable timer = () -> false;

  private CallRecorder(Builder builder) {
    breaker = builder.breaker;
    clock = breaker.clock();
    executor = builder.executor;
    interval = builder.interval;
    successSampling = builder.successSampling;
    ring = new CallRing(builder.queueCapacity);
    out = new RotatingCallLog(builder.file, builder.maximumFileSize, builder.maximumFiles);
    originNanos = clock.nanoTime();
    Instant wall = clock.wallTime();
    originEpochNanos = wall.getEpochSecond() * 1_000_000_000L + wall.getNano();
    subscription = breaker.events().onCall(new Listener());
  }

  /**
   * Starts building a recorder of the calls of {@code breaker}, those with keys included.
   *
   * @param file the latest file: JSON Lines if its name ends with {@code .jsonl}, otherwise
   *     comma-separated values; compressed if {@code .gz} follows
   */
  public static Builder builder(CircuitBreaker breaker, Path file) {
    return new Builder(breaker, file);
  }

  /** Calls that were written so far. */
  public long recorded() {
    return recorded.sum();
  }

  /** Calls that were to be written and were dropped. */
  public long dropped() {
    return dropped.sum();
  }

  /** Stops recording, writes what is left and closes the file. Idempotent. */
  @Override
  public void close() {
    closed = true;
    subscription.close();
    timer.cancel();
    lock.lock();
    try {
      drain();
      out.close();
    } catch (IOException e) {
      failed(e);
    } finally {
      lock.unlock();
    }
  }

  private void scheduleNext() {
    if (!closed) {
      timer = clock.schedule(this::wake, interval);
    }
  }

  /** On the clock's timer: hands the work over, for a disk may keep it waiting. */
  private void wake() {
    try {
      if (asked.compareAndSet(false, true)) {
        executor.execute(this::work);
      }
    } catch (RuntimeException e) { // the executor refuses: the queue waits for the next turn
      asked.set(false);
      log.debug("The recorder of '{}' could not be run", breaker.name(), e);
    } finally {
      scheduleNext();
    }
  }

  private void work() {
    asked.set(false);
    lock.lock();
    try {
      if (!closed) {
        drain();
      }
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void drain() {
    try {
      ring.drainTo(this::take);
      admissions.see(clock.nanoTime(), breaker.admissionShare(), breaker.estimate().probability());
      out.flush();
    } catch (IOException e) {
      failed(e);
    } catch (RuntimeException e) {
      failed(new IOException("the queue could not be emptied", e));
    }
  }

  @SuppressWarnings("GuardedBy") // runs within drain alone
  private void take(String key, Outcome outcome, long duration, long end, int note) {
    long start = end - duration;
    boolean refused = (note & REFUSED) != 0;
    boolean probe = (note & PROBE) != 0;
    double propensity = 1;
    double estimate = admissions.estimate(start);
    if (refused) {
      admissions.refused(end);
    } else {
      if (probe) {
        propensity = admissions.ofProbe(start);
      } else if ((note & UNWEIGHTED) == 0) {
        propensity = admissions.share(start);
      }
      admissions.see(end, (note & SHARE_OF_ALL) / (double) SHARE_OF_ALL, estimate);
    }
    Admission admission =
        refused
            ? Admission.REJECTED
            : probe
                ? Admission.PROBE
                : (note & SHADOW) != 0 ? Admission.SHADOW_REJECTED : Admission.ADMITTED;
    write(
        new CallRecord(
            breaker.name(),
            key,
            originEpochNanos + (start - originNanos),
            duration,
            outcome,
            admission,
            propensity,
            estimate,
            sampling(outcome)));
  }

  private double sampling(Outcome outcome) {
    return outcome.isSuccess() ? successSampling : 1;
  }

  @GuardedBy("lock")
  private void write(CallRecord call) {
    if (paused && clock.nanoTime() - pausedUntil < 0) {
      dropped.increment();
      return;
    }
    paused = false;
    try {
      out.write(call);
      recorded.increment();
    } catch (IOException e) {
      dropped.increment();
      failed(e);
    }
  }

  @GuardedBy("lock")
  private void failed(IOException cause) {
    paused = true;
    pausedUntil = clock.nanoTime() + PAUSE_AFTER_FAILURE.toNanos();
    if (!warned) {
      warned = true;
      log.warn("Calls of '{}' cannot be recorded; they are dropped", breaker.name(), cause);
    } else {
      log.debug("Calls of '{}' still cannot be recorded", breaker.name(), cause);
    }
    try {
      out.close();
    } catch (IOException e) {
      log.debug("The log of '{}' could not be closed", breaker.name(), e);
    }
  }

  private void offer(String key, Outcome outcome, long duration, long end, int note) {
    if (!ring.offer(key, outcome, duration, end, note)) {
      dropped.increment();
    }
  }

  /** Draws by a hash of the call's times: evenly, and without anything that threads share. */
  private boolean isSampled(long duration, long end) {
    if (successSampling == 1) {
      return true;
    }
    long mixed = (end + 31 * duration) * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
    mixed ^= mixed >>> 32;
    return (mixed >>> 11) * 0x1p-53 < successSampling;
  }

  /** Hears of calls on their callers' threads. */
  private final class Listener implements CallListener {
    @Override
    public void onCall(Outcome outcome, long durationNanos, boolean probe) {
      throw new UnsupportedOperationException("the other form is called");
    }

    @Override
    public void onCall(
        String key,
        Outcome outcome,
        long durationNanos,
        boolean probe,
        boolean shadowRejected,
        long nanoTime) {
      if (outcome.isSuccess() && !probe && !isSampled(durationNanos, nanoTime)) {
        return;
      }
      int share = (int) Math.round(breaker.admissionShare() * SHARE_OF_ALL);
      boolean unweighted = breaker.mode() != Mode.ENFORCE;
      int note =
          share
              | (probe ? PROBE : 0)
              | (shadowRejected ? SHADOW : 0)
              | (unweighted ? UNWEIGHTED : 0);
      offer(key, outcome, durationNanos, nanoTime, note);
    }

    @Override
    public void onRefusal(String key, RejectionReason reason, long nanoTime) {
      offer(key, Outcome.IGNORED, 0, nanoTime, REFUSED);
    }
  }

  /** Settings of a recorder. Not thread-safe. */
  public static final class Builder {
    private static final int LARGEST_QUEUE = 1 << 20;

    private final CircuitBreaker breaker;
    private final Path file;
    private double successSampling = 1;
    private int queueCapacity = 1 << 14;
    private long maximumFileSize = 64L << 20;
    private int maximumFiles = 4;
    private Duration interval = Duration.ofMillis(50);
    private Executor executor = RecorderThread.SHARED;

    private Builder(CircuitBreaker breaker, Path file) {
      this.breaker = Require.nonNull(breaker, "breaker");
      this.file = Require.nonNull(file, "file");
    }

    /**
     * Sets the share of the successes that is recorded; failures, probes and refusals always are.
     * Training corrects for it. Default 1.
     *
     * @throws IllegalArgumentException if outside {@code (0, 1]} or NaN
     */
    @CanIgnoreReturnValue
    public Builder successSampling(double share) {
      successSampling = Require.ratio(share, "successSampling");
      return this;
    }

    /**
     * Sets how many calls may wait to be written, rounded up to a power of two. Default 16,384.
     *
     * @throws IllegalArgumentException if outside {@code [16, 1_048_576]}
     */
    @CanIgnoreReturnValue
    public Builder queueCapacity(int calls) {
      Require.inRange(calls, 16, LARGEST_QUEUE, "queueCapacity");
      queueCapacity = Integer.highestOneBit(2 * calls - 1);
      return this;
    }

    /**
     * Sets the characters after which a new file is begun. Default 67,108,864.
     *
     * @throws IllegalArgumentException if below 1,024
     */
    @CanIgnoreReturnValue
    public Builder maximumFileSize(long characters) {
      Require.that(characters >= 1_024, "maximumFileSize", "1,024 or more", characters);
      maximumFileSize = characters;
      return this;
    }

    /**
     * Sets how many files are kept, the latest included; the oldest is deleted. Default 4.
     *
     * @throws IllegalArgumentException if outside {@code [1, 1_000]}
     */
    @CanIgnoreReturnValue
    public Builder maximumFiles(int files) {
      maximumFiles = Require.inRange(files, 1, 1_000, "maximumFiles");
      return this;
    }

    /**
     * Sets the time between two emptyings of the queue. Default 50 ms.
     *
     * @throws IllegalArgumentException if shorter than 1 ms or longer than 1 minute
     */
    @CanIgnoreReturnValue
    public Builder interval(Duration time) {
      Require.positive(time, "interval");
      boolean fits =
          time.compareTo(Duration.ofMillis(1)) >= 0 && time.compareTo(Duration.ofMinutes(1)) <= 0;
      interval = Require.that(fits, "interval", "from 1 ms to 1 minute", time);
      return this;
    }

    /** Sets what empties the queue. Default one daemon thread for all recorders. */
    @CanIgnoreReturnValue
    public Builder executor(Executor value) {
      executor = Require.nonNull(value, "executor");
      return this;
    }

    /** Starts recording. */
    public CallRecorder start() {
      CallRecorder recorder = new CallRecorder(this);
      recorder.scheduleNext();
      return recorder;
    }
  }
}
