package io.foreguard.evidence.internal;

import org.jspecify.annotations.Nullable;

/**
 * The last calls, counted exactly: a sliding window over a number of calls or over a number of
 * seconds, for fixed thresholds. Not thread-safe: owned by the ledger.
 *
 * <p>A time window is never emptier than the last {@code minimumCalls} calls, however long ago they
 * were. Without that, a dependency called once in 20 seconds could fail for ever and never be
 * judged.
 */
public final class OutcomeWindow {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final int size;
  private final int minimumCalls;
  private final Seconds seconds;

  /** The last calls while all of them went well, which needs only their number. */
  private int good;

  /** The last calls from the first on that did not go well. */
  private @Nullable CountWindow lastCalls;

  private OutcomeWindow(int countSize, int seconds, int minimumCalls) {
    size = countSize;
    this.minimumCalls = minimumCalls;
    this.seconds = seconds == 0 ? Seconds.NONE : new Seconds(seconds);
  }

  /** A window over the last {@code size} calls. */
  public static OutcomeWindow ofCalls(int size, int minimumCalls) {
    return new OutcomeWindow(size, 0, minimumCalls);
  }

  /** A window over the last {@code seconds} seconds and at least {@code minimumCalls} calls. */
  public static OutcomeWindow ofSeconds(int seconds, int minimumCalls) {
    return new OutcomeWindow(minimumCalls, seconds, minimumCalls);
  }

  /** Whether {@code that} counts the same calls: then what one knows holds for the other. */
  public boolean countsLike(OutcomeWindow that) {
    return size == that.size
        && seconds.callsIn.length == that.seconds.callsIn.length
        && minimumCalls == that.minimumCalls;
  }

  /** Adds {@code count} calls that ended alike. */
  void add(long count, boolean failed, boolean wasSlow, long now) {
    push(count, failed, wasSlow);
    if (countsSeconds()) {
      rollTo(now);
      int n = (int) Math.min(Integer.MAX_VALUE / 4, count);
      addTo(
          (int) (seconds.currentSecond % seconds.callsIn.length),
          n,
          failed ? n : 0,
          wasSlow ? n : 0);
    }
  }

  /** Drops seconds that have left the window. */
  public void rollTo(long now) {
    if (!countsSeconds()) {
      return;
    }
    if (!seconds.started) {
      seconds.started = true;
      seconds.originNanos = now;
    }
    long second = (now - seconds.originNanos) / NANOS_PER_SECOND;
    long steps = Math.min(second - seconds.currentSecond, seconds.callsIn.length);
    for (long s = 1; s <= steps; s++) {
      clear((int) ((second - steps + s) % seconds.callsIn.length));
    }
    seconds.currentSecond = Math.max(seconds.currentSecond, second);
  }

  /**
   * Takes over what an older window knows. Between two windows of seconds each second keeps its
   * place; calls whose times are not known count as made now.
   */
  void replay(OutcomeWindow older, long now) {
    older.rollTo(now);
    boolean dated = countsSeconds() && older.countsSeconds();
    if (dated) {
      copySeconds(older);
    }
    if (older.restsOnTime()) {
      replaySeconds(older);
      return;
    }
    CountWindow past = older.lastCalls;
    for (int i = 0; i < older.lastCount(); i++) {
      boolean failed = past != null && past.failedAt(i);
      boolean wasSlow = past != null && past.slowAt(i);
      if (dated) {
        push(1, failed, wasSlow);
      } else {
        add(1, failed, wasSlow, now);
      }
    }
  }

  void clear() {
    lastCalls = null;
    good = 0;
    for (int place = 0; place < seconds.callsIn.length; place++) {
      clear(place);
    }
  }

  /** Calls that the rates rest on. */
  public int calls() {
    return restsOnTime() ? seconds.calls : lastCount();
  }

  /** Failed calls among {@link #calls}. */
  public int failures() {
    CountWindow last = lastCalls;
    return restsOnTime() ? seconds.failures : last == null ? 0 : last.failures;
  }

  /** Slow successes among {@link #calls}. */
  public int slowCalls() {
    CountWindow last = lastCalls;
    return restsOnTime() ? seconds.slow : last == null ? 0 : last.slow;
  }

  private int lastCount() {
    CountWindow last = lastCalls;
    return last == null ? good : last.count;
  }

  private boolean restsOnTime() {
    return countsSeconds() && seconds.calls >= minimumCalls;
  }

  private boolean countsSeconds() {
    return seconds.callsIn.length > 0;
  }

  private void copySeconds(OutcomeWindow older) {
    seconds.started = older.seconds.started;
    seconds.originNanos = older.seconds.originNanos;
    seconds.currentSecond = older.seconds.currentSecond;
    int both = Math.min(seconds.callsIn.length, older.seconds.callsIn.length);
    for (long s = Math.max(0, seconds.currentSecond - both + 1); s <= seconds.currentSecond; s++) {
      int from = (int) (s % older.seconds.callsIn.length);
      addTo(
          (int) (s % seconds.callsIn.length),
          older.seconds.callsIn[from],
          older.seconds.failuresIn[from],
          older.seconds.slowIn[from]);
    }
  }

  /** Fills the last calls from seconds, oldest first; the order within a second is not known. */
  private void replaySeconds(OutcomeWindow older) {
    int length = older.seconds.callsIn.length;
    for (long s = Math.max(0, older.seconds.currentSecond - length + 1);
        s <= older.seconds.currentSecond;
        s++) {
      int place = (int) (s % length);
      int failed = older.seconds.failuresIn[place];
      int wereSlow = older.seconds.slowIn[place];
      push(older.seconds.callsIn[place] - failed - wereSlow, false, false);
      push(wereSlow, false, true);
      push(failed, true, false);
    }
  }

  private void push(long count, boolean failed, boolean wasSlow) {
    int most = (int) Math.min(count, size);
    CountWindow last = lastCalls;
    if (last == null && !failed && !wasSlow) {
      good = Math.min(size, good + most);
      return;
    }
    if (last == null) {
      last = new CountWindow(size, good);
      lastCalls = last;
    }
    for (int i = 0; i < most; i++) {
      last.push(failed, wasSlow);
    }
  }

  private void addTo(int place, int added, int addedFailures, int addedSlow) {
    seconds.callsIn[place] += added;
    seconds.calls += added;
    seconds.failuresIn[place] += addedFailures;
    seconds.failures += addedFailures;
    seconds.slowIn[place] += addedSlow;
    seconds.slow += addedSlow;
  }

  private void clear(int place) {
    seconds.calls -= seconds.callsIn[place];
    seconds.failures -= seconds.failuresIn[place];
    seconds.slow -= seconds.slowIn[place];
    seconds.callsIn[place] = 0;
    seconds.failuresIn[place] = 0;
    seconds.slowIn[place] = 0;
  }

  /** What ended in each second, and in all of them. */
  private static final class Seconds {
    /** Of a window that does not count seconds: shared, and never written to. */
    static final Seconds NONE = new Seconds(0);

    final int[] callsIn;
    final int[] failuresIn;
    final int[] slowIn;
    long originNanos;
    boolean started;
    long currentSecond;
    int calls;
    int failures;
    int slow;

    Seconds(int length) {
      callsIn = new int[length];
      failuresIn = new int[length];
      slowIn = new int[length];
    }
  }

  /** A ring of two bits per call. */
  private static final class CountWindow {
    private static final byte FAILED = 1;
    private static final byte SLOW = 2;

    private final byte[] ring;
    private int next;
    private int count;
    private int failures;
    private int slow;

    /** A window that has seen {@code good} calls that went well. */
    CountWindow(int size, int good) {
      ring = new byte[size];
      count = good;
      next = good % size;
    }

    boolean failedAt(int age) {
      return (at(age) & FAILED) != 0;
    }

    boolean slowAt(int age) {
      return (at(age) & SLOW) != 0;
    }

    void push(boolean failed, boolean wasSlow) {
      if (count < ring.length) {
        count++;
      } else {
        failures -= ring[next] & FAILED;
        slow -= (ring[next] & SLOW) >> 1;
      }
      ring[next] = (byte) ((failed ? FAILED : 0) | (wasSlow ? SLOW : 0));
      failures += failed ? 1 : 0;
      slow += wasSlow ? 1 : 0;
      next = next + 1 == ring.length ? 0 : next + 1;
    }

    /** The call at {@code position}, 0 being the oldest one known. */
    private byte at(int position) {
      return ring[Math.floorMod(next - count + position, ring.length)];
    }
  }
}
