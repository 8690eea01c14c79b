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
  private static final int[] NO_SECONDS = {};

  private final CountWindow lastCalls;
  private final int minimumCalls;
  private final int[] secondCalls;
  private final int[] secondFailures;
  private final int[] secondSlow;
  private long originNanos;
  private boolean started;
  private long currentSecond;
  private int calls;
  private int failures;
  private int slow;

  private OutcomeWindow(int countSize, int seconds, int minimumCalls) {
    lastCalls = new CountWindow(countSize);
    this.minimumCalls = minimumCalls;
    secondCalls = seconds == 0 ? NO_SECONDS : new int[seconds];
    secondFailures = seconds == 0 ? NO_SECONDS : new int[seconds];
    secondSlow = seconds == 0 ? NO_SECONDS : new int[seconds];
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
    return lastCalls.size() == that.lastCalls.size()
        && secondCalls.length == that.secondCalls.length
        && minimumCalls == that.minimumCalls;
  }

  /** Adds {@code count} calls that ended alike. */
  void add(long count, boolean failed, boolean wasSlow, long now) {
    push(count, failed, wasSlow);
    if (countsSeconds()) {
      rollTo(now);
      int n = (int) Math.min(Integer.MAX_VALUE / 4, count);
      addTo((int) (currentSecond % secondCalls.length), n, failed ? n : 0, wasSlow ? n : 0);
    }
  }

  /** Drops seconds that have left the window. */
  public void rollTo(long now) {
    if (!countsSeconds()) {
      return;
    }
    if (!started) {
      started = true;
      originNanos = now;
    }
    long second = (now - originNanos) / NANOS_PER_SECOND;
    long steps = Math.min(second - currentSecond, secondCalls.length);
    for (long s = 1; s <= steps; s++) {
      clear((int) ((second - steps + s) % secondCalls.length));
    }
    currentSecond = Math.max(currentSecond, second);
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
    for (int i = 0; i < past.count(); i++) {
      if (dated) {
        push(1, past.failedAt(i), past.slowAt(i));
      } else {
        add(1, past.failedAt(i), past.slowAt(i), now);
      }
    }
  }

  void clear() {
    lastCalls.clear();
    for (int place = 0; place < secondCalls.length; place++) {
      clear(place);
    }
  }

  /** Calls that the rates rest on. */
  public int calls() {
    return restsOnTime() ? calls : lastCalls.count();
  }

  /** Failed calls among {@link #calls}. */
  public int failures() {
    return restsOnTime() ? failures : lastCalls.failures();
  }

  /** Slow successes among {@link #calls}. */
  public int slowCalls() {
    return restsOnTime() ? slow : lastCalls.slow();
  }

  private boolean restsOnTime() {
    return countsSeconds() && calls >= minimumCalls;
  }

  private boolean countsSeconds() {
    return secondCalls.length > 0;
  }

  private void copySeconds(OutcomeWindow older) {
    started = older.started;
    originNanos = older.originNanos;
    currentSecond = older.currentSecond;
    int both = Math.min(secondCalls.length, older.secondCalls.length);
    for (long s = Math.max(0, currentSecond - both + 1); s <= currentSecond; s++) {
      int from = (int) (s % older.secondCalls.length);
      addTo(
          (int) (s % secondCalls.length),
          older.secondCalls[from],
          older.secondFailures[from],
          older.secondSlow[from]);
    }
  }

  /** Fills the last calls from seconds, oldest first; the order within a second is not known. */
  private void replaySeconds(OutcomeWindow older) {
    int length = older.secondCalls.length;
    for (long s = Math.max(0, older.currentSecond - length + 1); s <= older.currentSecond; s++) {
      int place = (int) (s % length);
      int failed = older.secondFailures[place];
      int wereSlow = older.secondSlow[place];
      push(older.secondCalls[place] - failed - wereSlow, false, false);
      push(wereSlow, false, true);
      push(failed, true, false);
    }
  }

  private void push(long count, boolean failed, boolean wasSlow) {
    int most = (int) Math.min(count, lastCalls.size());
    if (!failed && !wasSlow) {
      lastCalls.pushGood(most);
      return;
    }
    for (int i = 0; i < most; i++) {
      lastCalls.push(failed, wasSlow);
    }
  }

  private void addTo(int place, int added, int addedFailures, int addedSlow) {
    secondCalls[place] += added;
    calls += added;
    secondFailures[place] += addedFailures;
    failures += addedFailures;
    secondSlow[place] += addedSlow;
    slow += addedSlow;
  }

  private void clear(int place) {
    calls -= secondCalls[place];
    failures -= secondFailures[place];
    slow -= secondSlow[place];
    secondCalls[place] = 0;
    secondFailures[place] = 0;
    secondSlow[place] = 0;
  }

  /** A ring of two bits per call, which comes with the first that failed or was slow. */
  private static final class CountWindow {
    private static final byte FAILED = 1;
    private static final byte SLOW = 2;

    private final int size;
    private byte @Nullable [] ring;
    private int next;
    private int count;
    private int failures;
    private int slow;

    CountWindow(int size) {
      this.size = size;
    }

    int size() {
      return size;
    }

    int count() {
      return count;
    }

    int failures() {
      return failures;
    }

    int slow() {
      return slow;
    }

    boolean failedAt(int age) {
      return (at(age) & FAILED) != 0;
    }

    boolean slowAt(int age) {
      return (at(age) & SLOW) != 0;
    }

    void push(boolean failed, boolean wasSlow) {
      byte[] calls = ring;
      if (calls == null && (failed || wasSlow)) {
        calls = new byte[size];
        ring = calls;
      }
      if (count < size) {
        count++;
      } else if (calls != null) {
        failures -= calls[next] & FAILED;
        slow -= (calls[next] & SLOW) >> 1;
      }
      if (calls != null) {
        calls[next] = (byte) ((failed ? FAILED : 0) | (wasSlow ? SLOW : 0));
      }
      failures += failed ? 1 : 0;
      slow += wasSlow ? 1 : 0;
      next = next + 1 == size ? 0 : next + 1;
    }

    /** Adds {@code calls} that went well, in one step while there were no others. */
    void pushGood(int calls) {
      if (ring == null) {
        count = Math.min(size, count + calls);
        next = (next + calls) % size;
        return;
      }
      for (int i = 0; i < calls; i++) {
        push(false, false);
      }
    }

    void clear() {
      next = 0;
      count = 0;
      failures = 0;
      slow = 0;
    }

    /** The call at {@code position}, 0 being the oldest one known. */
    private byte at(int position) {
      return ring == null ? 0 : ring[Math.floorMod(next - count + position, size)];
    }
  }
}
