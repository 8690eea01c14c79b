package io.foreguard.evidence.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * The calls in flight and the successes that nobody has looked at yet. Thread-safe; {@link #drain},
 * {@link #take} and {@link #scan} must not run twice at the same time.
 *
 * <p>A call holds a slot from its start to its end. While it does, the slot's words are its own: a
 * start time, so that silence can be seen (a call that hangs is overdue long before its time-out),
 * and two sums over the successes that have ended in this slot. A success is added plainly, and
 * becomes visible with the release store that frees the slot.
 */
public final class CallSlots {
  /*
   * Claiming. A slot's first word is the start of the call that holds it, made odd, or one of two
   * even values: SHARED, free for whoever moves it by CAS, and RESERVED, free for one thread alone,
   * which then needs no atomic operation at all. A thread that has claimed its home slot often in a
   * row, without anybody in between, gets it reserved. Nobody but the owner leaves RESERVED, so the
   * owner's check and its store need not be one step. A reservation is taken back only when its
   * owner is dead, for then nothing of it can still be under way.
   *
   * Homes share no cache line, and none with the array's length, which all threads read; they are
   * found by thread. There is one at first, and more when threads meet at one. A call that finds its home taken goes into the crowd: chunks that double in size and
   * never move, where it claims a slot near a place that its start picks.
   * Beyond 8,192 calls in the crowd further ones are not tracked.
   *
   * Summing. One word holds the number of successes and the sum of their logarithmic latencies in
   * fixed point, the other the sum of the squares and, again, the low bits of the number. Both only
   * grow, modulo 2^64, so a reader keeps the last totals over all slots and takes differences. It
   * has met a success halfway when the numbers in the two words disagree, and tries again.
   *
   * Limits. The number has 26 bits: a reader must come by before 67 million successes have ended.
   * A late end that races with its own write-off is settled by CAS (see leaveLate); an end in the
   * first half of its lease is not, and would have to be suspended for the other half between two
   * instructions to free a slot that is somebody else's by then.
   */

  /** Answer of {@link #enter} when every slot is taken. */
  public static final int UNTRACKED = -1;

  private static final long SHARED = 0;
  private static final long RESERVED = 2;

  // Words of a slot after its first, the start; those in the crowd have three of them.
  private static final int SUM = 1;
  private static final int SQUARES = 2;
  private static final int FREE =
      3; // SHARED or RESERVED: what the first word is when the slot is free
  private static final int CLAIMANT = 4;
  private static final int STREAK = 5;
  private static final int LAST_CLAIM = 6;

  private static final int HOME_BITS = 5;
  private static final int HOME_OFFSET = 1 << (HOME_BITS - 1);
  private static final int CROWD_BITS = 2;
  private static final int HOME_LEVELS = 9; // one home of 8 words; 1 and 2 are not used; 2 to 64
  private static final int FIRST_SHARED_LEVEL = 3;
  private static final int FIRST_HOME_WORDS = 8;
  private static final int FIRST_HOME_WORDS_LOG = 3;
  private static final int CROWD_CHUNKS = 11;
  private static final int FIRST_CROWD = 8;
  private static final int CHUNK_SHIFT = 24;
  private static final int PLACE_MASK = (1 << CHUNK_SHIFT) - 1;
  private static final int PROBES = 8;
  private static final int RANDOM_STRIDE = 0x9E3779B9; // odd, so it visits every place
  private static final int STREAK_TO_RESERVE = 64;
  private static final int MEETINGS_TO_GROW = 64;
  private static final long IN_TURN_NANOS = 10_000;
  private static final int SCANS_BETWEEN_BURIALS = 1_024;

  private static final int COUNT_BITS = 26;
  private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;
  private static final int CHECK_BITS = 8;
  private static final long CHECK_MASK = (1L << CHECK_BITS) - 1;
  private static final int LOOKS_AT_A_TORN_SLOT = 64;
  private static final int SUCCESSES_BETWEEN_DRAINS = 64;
  private static final int ALL_SAMPLED = 64;
  private static final int SAMPLING = 128;
  private static final int SAMPLED_BELOW = LatencyBuckets.of(16_384);

  private static final double LOG_UNIT = 1.0 / 32;
  private static final double LOG_ORIGIN = LatencyBuckets.logSeconds(0);
  private static final long[] SUM_STEP = new long[LatencyBuckets.COUNT];
  private static final long[] SQUARES_STEP = new long[LatencyBuckets.COUNT];

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);
  private static final VarHandle CHUNK = MethodHandles.arrayElementVarHandle(long[][].class);
  private static final long[] NO_HOMES = {};
  private static final int FEW_SAMPLES = 4;
  private static final int SAMPLE_BUCKET_SHIFT = 24;
  private static final int SAMPLE_COUNT_MASK = (1 << SAMPLE_BUCKET_SHIFT) - 1;

  static {
    for (int bucket = 0; bucket < LatencyBuckets.COUNT; bucket++) {
      long log = Math.round((LatencyBuckets.logSeconds(bucket) - LOG_ORIGIN) / LOG_UNIT);
      SUM_STEP[bucket] = (log << COUNT_BITS) + 1;
      SQUARES_STEP[bucket] = ((log * log) << CHECK_BITS) + 1;
    }
  }

  private volatile long[] homes = NO_HOMES;

  /** The home of level 0. */
  private volatile long @Nullable [] firstHome;

  /** All but the first home; comes with the second of them. */
  private volatile long @Nullable [] @Nullable [] chunks;

  private volatile byte crowd = -1;

  /** Samples of the first calls, as long as they fit: bucket + 1 and their number in each word. */
  private volatile int @Nullable [] few;

  private volatile int @Nullable [] histogram;
  private @Nullable Reservation reservations;
  private int meetings;

  private long drainedSum;
  private long drainedSquares;
  private int count;
  private double mean;
  private double variance;
  private int inFlight;
  private int overdue;
  private long lost;
  private short scans;

  /** Age of a call in nanoseconds, as {@link #scan} sees it. */
  public static long age(long startNanos, long now) {
    return now - (startNanos | 1);
  }

  /** Notes the start of a call and returns its slot, or {@link #UNTRACKED}. */
  public int enter(long startNanos) {
    long[] home = homes;
    long thread = Thread.currentThread().getId();
    if (home.length > 0) {
      int place = place(home, thread);
      if ((long) LONGS.getAcquire(home, place) == RESERVED && home[place + CLAIMANT] == thread) {
        LONGS.setOpaque(home, place, startNanos | 1);
        return slot(levelOf(home), place);
      }
    }
    return enterShared(home, thread, startNanos | 1);
  }

  /**
   * Notes the end of the call that holds {@code slot}; does nothing when its lease has run out. For
   * calls whose lease is at least half over, use {@link #leaveLate}.
   */
  public void leave(int slot, long startNanos) {
    if (slot >= 0) {
      long[] chunk = chunk(slot >>> CHUNK_SHIFT);
      int place = slot & PLACE_MASK;
      if ((long) LONGS.getOpaque(chunk, place) == (startNanos | 1)) {
        LONGS.setRelease(chunk, place, chunk[place + FREE]);
      }
    }
  }

  /** Like {@link #leave}, at any age. Returns false when the call had been written off. */
  public boolean leaveLate(int slot, long startNanos) {
    if (slot < 0) {
      return true;
    }
    long[] chunk = chunk(slot >>> CHUNK_SHIFT);
    int place = slot & PLACE_MASK;
    return LONGS.compareAndSet(chunk, place, startNanos | 1, chunk[place + FREE]);
  }

  /**
   * Notes that the call that holds {@code slot}, which is tracked, has succeeded in less than half
   * its lease.
   *
   * @return true now and then, when the successes should be drained
   */
  public boolean succeed(int slot, long startNanos, long durationNanos) {
    long[] home = homes;
    int c = slot >>> CHUNK_SHIFT;
    long[] chunk = levelOf(home) == c ? home : chunk(c); // one load less, nearly always
    int place = slot & PLACE_MASK;
    if ((long) LONGS.getOpaque(chunk, place) != (startNanos | 1)) {
      return true;
    }
    int bucket = LatencyBuckets.of(durationNanos);
    long sum = chunk[place + SUM] + SUM_STEP[bucket];
    LONGS.setOpaque(chunk, place + SUM, sum);
    LONGS.setOpaque(chunk, place + SQUARES, chunk[place + SQUARES] + SQUARES_STEP[bucket]);
    LONGS.setRelease(chunk, place, chunk[place + FREE]);
    int number = (int) (sum & COUNT_MASK);
    if (bucket >= SAMPLED_BELOW || number <= ALL_SAMPLED) {
      sample(bucket, 1);
    } else if ((number & (SAMPLING - 1)) == 0) {
      sample(bucket, SAMPLING);
    }
    return (number & (SUCCESSES_BETWEEN_DRAINS - 1)) == 0;
  }

  /**
   * Takes in what has succeeded since the last time and returns how many there were; mean and
   * variance are theirs then. May leave some for the next time.
   */
  long drain() {
    count = 0;
    long sum = 0;
    long squares = 0;
    int levels = levels();
    for (int c = 0; c < levels; c++) {
      long[] chunk = chunkOrNull(c);
      int length = chunk == null ? 0 : chunk.length;
      for (int place = first(length, c); place < length; place += 1 << bits(c)) {
        int looks = 0;
        long slotSum;
        long slotSquares;
        do {
          if (looks++ == LOOKS_AT_A_TORN_SLOT) {
            return 0; // its call is between two stores and not running: next time
          }
          slotSum = (long) LONGS.getAcquire(chunk, place + SUM);
          slotSquares = (long) LONGS.getAcquire(chunk, place + SQUARES);
        } while (((slotSum ^ slotSquares) & CHECK_MASK) != 0
            || (long) LONGS.getAcquire(chunk, place + SUM) != slotSum);
        sum += slotSum;
        squares += slotSquares;
      }
    }
    long added = sum - drainedSum;
    count = (int) (added & COUNT_MASK);
    if (count > 0) {
      double n = (double) count;
      double logs = (double) (added >>> COUNT_BITS) / n;
      double logSquares = (double) ((squares - drainedSquares - count) >>> CHECK_BITS) / n;
      mean = LOG_ORIGIN + LOG_UNIT * logs;
      variance = LOG_UNIT * LOG_UNIT * Math.max(0, logSquares - logs * logs);
      drainedSum = sum;
      drainedSquares = squares;
    }
    return count;
  }

  /** How many successes the last {@link #drain} found. */
  int count() {
    return count;
  }

  /** Mean logarithm of the latency in seconds of what {@link #drain} found. */
  double mean() {
    return mean;
  }

  /** Variance of the logarithm of what {@link #drain} found. */
  double variance() {
    return variance;
  }

  /**
   * Takes the number of successes in a bucket since the last time. Those below some 16 microseconds
   * are a sample, each standing for 128.
   */
  int take(int bucket) {
    int taken = takeFew(bucket);
    int[] counts = histogram;
    return counts == null || (int) INTS.getOpaque(counts, bucket) == 0
        ? taken
        : taken + (int) INTS.getAndSet(counts, bucket, 0);
  }

  /** The first bucket from {@code from} on that may have something to take. */
  int sampled(int from) {
    if (histogram != null) {
      return from;
    }
    int[] samples = few;
    int first = LatencyBuckets.COUNT;
    for (int i = 0; samples != null && i < samples.length; i++) {
      int bucket = ((int) INTS.getOpaque(samples, i) >>> SAMPLE_BUCKET_SHIFT) - 1;
      first = bucket >= from && bucket < first ? bucket : first;
    }
    return first;
  }

  private int takeFew(int bucket) {
    int[] samples = few;
    int taken = 0;
    for (int i = 0; samples != null && i < samples.length; i++) {
      int sample = (int) INTS.getOpaque(samples, i);
      while (sample >>> SAMPLE_BUCKET_SHIFT == bucket + 1) {
        int seen = (int) INTS.compareAndExchange(samples, i, sample, 0);
        if (seen == sample) {
          taken += sample & SAMPLE_COUNT_MASK;
          break;
        }
        sample = seen;
      }
    }
    return taken;
  }

  /**
   * Counts calls in flight and overdue, and writes off those that are older than their lease.
   *
   * @param overdueFrom start from which a call may count as overdue
   */
  void scan(long now, long overdueFrom, long overdueNanos, long leaseNanos) {
    inFlight = 0;
    overdue = 0;
    int levels = levels();
    for (int c = 0; c < levels; c++) {
      long[] chunk = chunkOrNull(c);
      int length = chunk == null ? 0 : chunk.length;
      for (int place = first(length, c); place < length; place += 1 << bits(c)) {
        long start = (long) LONGS.getOpaque(chunk, place);
        if (start == SHARED || start == RESERVED) {
          continue;
        }
        long age = age(start, now);
        if (age > leaseNanos) {
          lost += LONGS.compareAndSet(chunk, place, start, chunk[place + FREE]) ? 1 : 0;
        } else {
          inFlight++;
          overdue += age > overdueNanos && start - overdueFrom >= 0 ? 1 : 0;
        }
      }
    }
    if (scans++ % SCANS_BETWEEN_BURIALS == 0) { // a power of two: coming round does not matter
      freeHomesOfTheDead();
    }
  }

  /** Calls in flight at the last scan. */
  int inFlight() {
    return inFlight;
  }

  /** Overdue calls at the last scan. */
  int overdue() {
    return overdue;
  }

  /** Calls written off so far because their lease ran out. */
  long lost() {
    return lost;
  }

  private int enterShared(long[] found, long thread, long value) {
    long[] home = found.length == 0 ? addHomes(found) : found;
    int place = place(home, thread);
    return claimHome(home, place, thread, value) ? slot(levelOf(home), place) : enterCrowd(value);
  }

  private boolean claimHome(long[] home, int place, long thread, long value) {
    if ((long) LONGS.getAcquire(home, place) == SHARED
        && LONGS.compareAndSet(home, place, SHARED, value)) {
      noteClaim(home, place, thread, value);
      return true;
    }
    if (home[place + CLAIMANT] != thread) {
      meet(home);
    }
    return false;
  }

  /** Two threads want one home, at once or in turn; when that goes on there are more homes. */
  private void meet(long[] home) {
    if (++meetings >= MEETINGS_TO_GROW && levelOf(home) < HOME_LEVELS - 1) {
      meetings = 0;
      long[] unused = addHomes(home); // for the next time
    }
  }

  /** Counts claims by one thread in a row; the slot is held, so its words are the caller's own. */
  private void noteClaim(long[] home, int place, long thread, long value) {
    long since = value - home[place + LAST_CLAIM];
    home[place + LAST_CLAIM] = value;
    if (home[place + CLAIMANT] != thread) {
      home[place + CLAIMANT] = thread;
      home[place + STREAK] = 0;
      if (since < IN_TURN_NANOS && since > -IN_TURN_NANOS) {
        meet(home);
      }
    } else if (++home[place + STREAK] == STREAK_TO_RESERVE) {
      reserve(home, place);
    }
  }

  private synchronized void reserve(long[] home, int place) {
    reservations = new Reservation(Thread.currentThread(), home, place, reservations);
    home[place + FREE] = RESERVED;
  }

  private synchronized void freeHomesOfTheDead() {
    Reservation kept = null;
    for (Reservation r = reservations; r != null; ) {
      Reservation next = r.next;
      Thread owner = r.get();
      boolean alive = owner != null && owner.isAlive();
      if (alive || (long) LONGS.getAcquire(r.home, r.place) != RESERVED) {
        r.next = kept;
        kept = r;
      } else {
        r.home[r.place + FREE] = SHARED;
        r.home[r.place + CLAIMANT] = 0;
        LONGS.setRelease(r.home, r.place, SHARED);
      }
      r = next;
    }
    reservations = kept;
  }

  private synchronized long[] addHomes(long[] found) {
    if (homes == found) {
      int level = found.length == 0 ? 0 : Math.max(FIRST_SHARED_LEVEL, levelOf(found) + 1);
      homes = chunk(level);
    }
    return homes;
  }

  /** Where a call goes in the crowd depends on its start alone, so runs in virtual time repeat. */
  private int enterCrowd(long value) {
    int top = Math.max(0, crowd);
    int slot = claim(top, mixed(value), 1, PROBES, value);
    return slot >= 0 ? slot : enterAnywhere(top, value);
  }

  /** Tries some places at random, then in a larger chunk, and only then every place there is. */
  private int enterAnywhere(int top, long value) {
    int random = mixed(~value);
    for (int c = top; c >= 0; c--) {
      int slot = claim(c, random, RANDOM_STRIDE, PROBES, value);
      if (slot >= 0) {
        return slot;
      }
    }
    for (int c = top + 1; c < CROWD_CHUNKS; c++) {
      raiseCrowd(c);
      int slot = claim(c, random, RANDOM_STRIDE, PROBES, value);
      if (slot >= 0) {
        return slot;
      }
    }
    for (int c = CROWD_CHUNKS - 1; c >= 0; c--) {
      int slot = claim(c, random, 1, crowdSize(c), value);
      if (slot >= 0) {
        return slot;
      }
    }
    return UNTRACKED;
  }

  private synchronized void raiseCrowd(int c) {
    crowd = (byte) Math.max(crowd, c);
  }

  private int claim(int c, int from, int stride, int probes, long value) {
    long[] chunk = chunk(HOME_LEVELS + c);
    int mask = crowdSize(c) - 1;
    int at = from;
    for (int i = 0; i < probes; i++) {
      int place = (at & mask) << CROWD_BITS;
      if ((long) LONGS.getOpaque(chunk, place) == SHARED
          && LONGS.compareAndSet(chunk, place, SHARED, value)) {
        return slot(HOME_LEVELS + c, place);
      }
      at += stride;
    }
    return UNTRACKED;
  }

  private static int mixed(long value) {
    return (int) ((value * 0x9E3779B97F4A7C15L) >>> 32);
  }

  private void sample(int bucket, int weight) {
    int[] counts = histogram;
    if (counts == null) {
      if (weight == 1 && addToFew(bucket)) {
        return;
      }
      counts = makeHistogram();
    }
    int unused = (int) INTS.getAndAdd(counts, bucket, weight);
  }

  /** Most breakers of many have few calls between two looks, and need no histogram for them. */
  private boolean addToFew(int bucket) {
    int[] samples = few;
    if (samples == null) {
      samples = makeFew();
    }
    for (int i = 0; i < samples.length; i++) {
      int sample = (int) INTS.getOpaque(samples, i);
      while (sample == 0 || sample >>> SAMPLE_BUCKET_SHIFT == bucket + 1) {
        if ((sample & SAMPLE_COUNT_MASK) == SAMPLE_COUNT_MASK) {
          return false;
        }
        int next = sample == 0 ? ((bucket + 1) << SAMPLE_BUCKET_SHIFT) + 1 : sample + 1;
        int seen = (int) INTS.compareAndExchange(samples, i, sample, next);
        if (seen == sample) {
          return true;
        }
        sample = seen;
      }
    }
    return false;
  }

  private synchronized int[] makeFew() {
    int[] samples = few;
    if (samples == null) {
      samples = new int[FEW_SAMPLES];
      few = samples;
    }
    return samples;
  }

  private synchronized int[] makeHistogram() {
    int[] counts = histogram;
    if (counts == null) {
      counts = new int[LatencyBuckets.COUNT];
      histogram = counts;
    }
    return counts;
  }

  private long[] chunk(int c) {
    long[] chunk = chunkOrNull(c);
    return chunk == null ? newChunk(c) : chunk;
  }

  private long @Nullable [] chunkOrNull(int c) {
    if (c == 0) {
      return firstHome;
    }
    long @Nullable [] @Nullable [] known = chunks;
    return known == null ? null : (long[]) CHUNK.getAcquire(known, c);
  }

  /** How many levels and chunks there may be. */
  private int levels() {
    return chunks == null ? 1 : HOME_LEVELS + CROWD_CHUNKS;
  }

  private synchronized long[] newChunk(int c) {
    long[] chunk = chunkOrNull(c);
    if (chunk != null) {
      return chunk;
    }
    if (c == 0) {
      chunk = new long[FIRST_HOME_WORDS];
      firstHome = chunk;
      return chunk;
    }
    long @Nullable [] @Nullable [] known = chunks;
    if (known == null) {
      known = new long[HOME_LEVELS + CROWD_CHUNKS] @Nullable [];
      chunks = known;
    }
    int size = c < HOME_LEVELS ? FIRST_HOME_WORDS << c : crowdSize(c - HOME_LEVELS) << CROWD_BITS;
    chunk = new long[size];
    CHUNK.setRelease(known, c, chunk);
    return chunk;
  }

  private static int place(long[] home, long thread) {
    return ((int) thread << HOME_BITS | HOME_OFFSET) & (home.length - 1);
  }

  private static int first(int length, int c) {
    return c < HOME_LEVELS ? HOME_OFFSET & (length - 1) : 0;
  }

  private static int bits(int c) {
    return c < HOME_LEVELS ? HOME_BITS : CROWD_BITS;
  }

  private static int levelOf(long[] home) {
    return Integer.numberOfTrailingZeros(home.length) - FIRST_HOME_WORDS_LOG;
  }

  private static int crowdSize(int c) {
    return c == 0 ? FIRST_CROWD : FIRST_CROWD << (c - 1);
  }

  private static int slot(int c, int place) {
    return (c << CHUNK_SHIFT) | place;
  }

  /** A home that is one thread's own. Guarded by the table. */
  private static final class Reservation extends WeakReference<Thread> {
    final long[] home;
    final int place;
    @Nullable Reservation next;

    Reservation(Thread owner, long[] home, int place, @Nullable Reservation next) {
      super(owner);
      this.home = home;
      this.place = place;
      this.next = next;
    }
  }
}
