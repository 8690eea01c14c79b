package io.foreguard.evidence.internal;

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
    secondCalls = new int[seconds];
    secondFailures = new int[seconds];
    secondSlow = new int[seconds];
  }

  /** A window over the last {@code size} calls. */
  public static OutcomeWindow ofCalls(int size, int minimumCalls) {
    return new OutcomeWindow(size, 0, minimumCalls);
  }

  /** A window over the last {@code seconds} seconds and at least {@code minimumCalls} calls. */
  public static OutcomeWindow ofSeconds(int seconds, int minimumCalls) {
    return new OutcomeWindow(minimumCalls, seconds, minimumCalls);
  }

  /** Adds {@code count} calls that ended alike. */
  void add(long count, boolean failed, boolean wasSlow, long now) {
    for (long i = Math.min(count, lastCalls.size()); i > 0; i--) {
      lastCalls.push(failed, wasSlow);
    }
    if (secondCalls.length > 0) {
      rollTo(now);
      int place = (int) (currentSecond % secondCalls.length);
      int n = (int) Math.min(Integer.MAX_VALUE / 4, count);
      secondCalls[place] += n;
      calls += n;
      secondFailures[place] += failed ? n : 0;
      failures += failed ? n : 0;
      secondSlow[place] += wasSlow ? n : 0;
      slow += wasSlow ? n : 0;
    }
  }

  /** Drops seconds that have left the window. */
  public void rollTo(long now) {
    if (secondCalls.length == 0) {
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

  /** Copies what this window still knows from an older one, oldest first. */
  void replay(OutcomeWindow older, long now) {
    CountWindow past = older.lastCalls;
    for (int i = 0; i < past.count(); i++) {
      add(1, past.failedAt(i), past.slowAt(i), now);
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

  /** Slow calls among {@link #calls}, failed or not. */
  public int slowCalls() {
    return restsOnTime() ? slow : lastCalls.slow();
  }

  private boolean restsOnTime() {
    return secondCalls.length > 0 && calls >= minimumCalls;
  }

  private void clear(int place) {
    calls -= secondCalls[place];
    failures -= secondFailures[place];
    slow -= secondSlow[place];
    secondCalls[place] = 0;
    secondFailures[place] = 0;
    secondSlow[place] = 0;
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

    CountWindow(int size) {
      ring = new byte[size];
    }

    int size() {
      return ring.length;
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
      if (count == ring.length) {
        failures -= ring[next] & FAILED;
        slow -= (ring[next] & SLOW) >> 1;
      } else {
        count++;
      }
      ring[next] = (byte) ((failed ? FAILED : 0) | (wasSlow ? SLOW : 0));
      failures += failed ? 1 : 0;
      slow += wasSlow ? 1 : 0;
      next = next + 1 == ring.length ? 0 : next + 1;
    }

    void clear() {
      next = 0;
      count = 0;
      failures = 0;
      slow = 0;
    }

    /** The call at {@code position}, 0 being the oldest one known. */
    private byte at(int position) {
      return ring[Math.floorMod(next - count + position, ring.length)];
    }
  }
}
