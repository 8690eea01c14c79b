package io.foreguard.evidence.internal;

import java.lang.ref.WeakReference;
import java.util.Arrays;
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
public final class CallSlots extends FirstSlot {
  /*
   * Claiming. A thread that has claimed its home often in a row, without anybody in between, gets
   * it reserved (see Slots). Nobody but the owner leaves RESERVED, so the owner's check and its
   * store need not be one step. A reservation is taken back only when its owner is dead, for then
   * nothing of it can still be under way.
   *
   * The first slot is everybody's home, until threads meet there; then homes are found by thread,
   * and there are more of them when threads meet at one. A call that finds its home taken goes into
   * the crowd, where it claims a slot near a place that its start picks. When there are 8,192 calls
   * in the crowd further ones are not tracked.
   *
   * Summing. A reader keeps the last totals of the sums over all slots and takes differences. It
   * has met a success halfway when the numbers in the two words of a slot disagree, and tries
   * again.
   *
   * A late end that races with its own write-off is settled by CAS (see leaveLate); an end in the
   * first half of its lease is not, and would have to be suspended for the other half between two
   * instructions to free a slot that is somebody else's by then.
   */

  /** Answer of {@link #enter} when every slot is taken. */
  public static final int UNTRACKED = OtherSlots.UNTRACKED;

  /** Windows of silence are so much shorter than what is overdue. */
  static final long WINDOWS_PER_OVERDUE = 4;

  private static final int[] NONE = {};
  private static final int FIRST = 0;
  private static final int STREAK_TO_RESERVE = 64;
  private static final int MEETINGS_TO_GROW = 64;
  private static final long IN_TURN_NANOS = 10_000;
  private static final int SCANS_BETWEEN_BURIALS = 1_024;
  private static final int LOOKS_AT_A_TORN_SLOT = 64;
  private static final int SUCCESSES_BETWEEN_DRAINS = 64;
  private static final int FEW_SUCCESSES = 32;
  private static final int ALL_SAMPLED = 64;
  private static final int SAMPLING = 128;
  private static final int SAMPLED_BELOW = LatencyBuckets.of(16_384);

  private volatile @Nullable OtherSlots others;
  private volatile int @Nullable [] histogram;
  private @Nullable Reservation reservations;
  private byte meetings;

  private long drainedSum;
  private long drainedSquares;
  private long addedSum;
  private long addedSquares;
  private long lost;
  private int inFlight;
  private int abandoned;
  private int overdue;

  private long mostOverdueNanos;

  /** Comes with the first overdue call. */
  private int[] overdueByWindow = NONE;

  private short scans;

  /** Age of a call in nanoseconds, as {@link #scan} sees it. */
  public static long age(long startNanos, long now) {
    return now - (startNanos | 1);
  }

  /** Notes the start of a call and returns its slot, or {@link #UNTRACKED}. */
  public int enter(long startNanos) {
    long value = startNanos | 1;
    long thread = Thread.currentThread().getId();
    long[] found = homes;
    if (found.length == 0) {
      return takeFirstOwn(thread, value) ? FIRST : enterFirst(found, thread, value);
    }
    int place = OtherSlots.place(found, thread);
    return Slots.takeOwn(found, place, thread, value)
        ? OtherSlots.slotAtHome(found, place)
        : enterHome(found, place, thread, value);
  }

  /**
   * Notes the end of the call that holds {@code slot}; does nothing when its lease has run out. For
   * calls whose lease is at least half over, use {@link #leaveLate}.
   */
  public void leave(int slot, long startNanos) {
    if (slot == FIRST) {
      releaseFirst(startNanos | 1);
    } else if (slot > FIRST) {
      Slots.release(chunkOf(slot), OtherSlots.place(slot), startNanos | 1);
    }
  }

  /** Like {@link #leave}, at any age. Returns false when the call had been written off. */
  public boolean leaveLate(int slot, long startNanos) {
    if (slot == FIRST) {
      return releaseFirstLate(startNanos | 1);
    }
    return slot < 0 || Slots.releaseLate(chunkOf(slot), OtherSlots.place(slot), startNanos | 1);
  }

  /**
   * Notes that the call that holds {@code slot}, which is tracked, has succeeded in less than half
   * its lease.
   *
   * @return true now and then, when the successes should be drained
   */
  public boolean succeed(int slot, long startNanos, long durationNanos) {
    int bucket = LatencyBuckets.of(durationNanos);
    int number;
    if (slot == FIRST) {
      number = succeedFirst(startNanos | 1, bucket);
    } else {
      long[] found = homes;
      long[] chunk = found.length > 0 && OtherSlots.isIn(found, slot) ? found : chunkOf(slot);
      number = Slots.succeed(chunk, OtherSlots.place(slot), startNanos | 1, bucket);
    }
    if (number < 0) {
      return true;
    }
    if (bucket >= SAMPLED_BELOW || number <= ALL_SAMPLED) {
      sample(bucket, 1);
    } else if ((number & (SAMPLING - 1)) == 0) {
      sample(bucket, SAMPLING);
    }
    return (number & (SUCCESSES_BETWEEN_DRAINS - 1)) == 0;
  }

  /** Whether nothing is in flight, and few calls have succeeded since the last {@link #drain}. */
  public boolean isQuiet() {
    if (due || homes.length > 0 || !Slots.isFree(firstStart())) {
      return false;
    }
    return SuccessSums.count(firstSum() - drainedFirst) <= FEW_SUCCESSES;
  }

  /**
   * Takes in what has succeeded since the last time and returns how many there were; mean and
   * variance are theirs then. May leave some for the next time.
   */
  long drain() {
    addedSum = 0;
    long first;
    long squares;
    int looks = 0;
    do {
      if (looks++ == LOOKS_AT_A_TORN_SLOT) {
        return 0; // its call is between two stores and not running: next time
      }
      first = firstSum();
      squares = firstSquares();
    } while (SuccessSums.areTorn(first, squares) || firstSum() != first);
    long sum = first;
    OtherSlots more = others;
    for (int c = 0; more != null && c < OtherSlots.chunks(); c++) {
      long[] chunk = more.chunkOrNull(c);
      int length = chunk == null ? 0 : chunk.length;
      for (int place = OtherSlots.firstPlace(c);
          chunk != null && place < length;
          place += OtherSlots.step(c)) {
        long slotSum;
        long slotSquares;
        looks = 0;
        do {
          if (looks++ == LOOKS_AT_A_TORN_SLOT) {
            return 0;
          }
          slotSum = Slots.sum(chunk, place);
          slotSquares = Slots.squares(chunk, place);
        } while (SuccessSums.areTorn(slotSum, slotSquares) || Slots.sum(chunk, place) != slotSum);
        sum += slotSum;
        squares += slotSquares;
      }
    }
    drainedFirst = (int) first;
    addedSum = sum - drainedSum;
    if (count() > 0) {
      addedSquares = squares - drainedSquares;
      drainedSum = sum;
      drainedSquares = squares;
    }
    return count();
  }

  /** How many successes the last {@link #drain} found. */
  int count() {
    return SuccessSums.count(addedSum);
  }

  /** Mean logarithm of the latency in seconds of what {@link #drain} found. */
  double mean() {
    return count() == 0 ? 0 : SuccessSums.mean(addedSum);
  }

  /** Variance of the logarithm of what {@link #drain} found. */
  double variance() {
    return SuccessSums.variance(addedSum, addedSquares);
  }

  /**
   * Takes the number of successes in a bucket since the last time. Those below some 16 microseconds
   * are a sample, each standing for 128.
   */
  int take(int bucket) {
    int[] samples = few;
    int[] counts = histogram;
    return (samples == null ? 0 : LatencySamples.takeFromFew(samples, bucket))
        + (counts == null ? 0 : LatencySamples.take(counts, bucket));
  }

  /** The first bucket from {@code from} on that may have something to take. */
  int sampled(int from) {
    if (histogram != null) {
      return from;
    }
    int[] samples = few;
    return samples == null ? LatencyBuckets.COUNT : LatencySamples.firstOfFew(samples, from);
  }

  /**
   * Counts calls in flight and overdue, and writes off those that are older than their lease.
   *
   * @param overdueFrom start from which a call may count as overdue
   */
  void scan(long now, long overdueFrom, long overdueNanos, long leaseNanos) {
    due = false;
    inFlight = 0;
    abandoned = 0;
    if (overdue > 0) {
      Arrays.fill(overdueByWindow, 0);
      overdue = 0;
    }
    long start = firstStart();
    if (!Slots.isFree(start) && !isExpired(start, now, leaseNanos)) {
      see(start, now, overdueFrom, overdueNanos);
    } else if (!Slots.isFree(start)) {
      lost += releaseFirstLate(start) ? 1 : 0;
    }
    int inFirst = inFlight;
    OtherSlots more = others;
    for (int c = 0; more != null && c < OtherSlots.chunks(); c++) {
      long[] chunk = more.chunkOrNull(c);
      int length = chunk == null ? 0 : chunk.length;
      for (int place = OtherSlots.firstPlace(c);
          chunk != null && place < length;
          place += OtherSlots.step(c)) {
        start = Slots.start(chunk, place);
        if (Slots.isFree(start)) {
          continue;
        }
        if (isExpired(start, now, leaseNanos)) {
          lost += Slots.releaseLate(chunk, place, start) ? 1 : 0;
        } else {
          see(start, now, overdueFrom, overdueNanos);
        }
      }
    }
    if (inFlight > inFirst) {
      due = true;
    }
    if (scans++ % SCANS_BETWEEN_BURIALS == 0) { // a power of two: coming round does not matter
      freeHomesOfTheDead();
    }
  }

  /** Calls in flight at the last scan. */
  int inFlight() {
    return inFlight;
  }

  /** Calls in flight at the last scan that would be overdue had they not begun too early for it. */
  int abandoned() {
    return abandoned;
  }

  /** For how long the oldest of the calls overdue at the last scan has been so. */
  long mostOverdueNanos() {
    return mostOverdueNanos;
  }

  /** Overdue calls at the last scan by the window in which they became so, see {@link Silence}. */
  int[] overdueByWindow() {
    return overdueByWindow;
  }

  /** Overdue calls at the last scan. */
  public int overdue() {
    return overdue;
  }

  /** Calls written off so far because their lease ran out. */
  long lost() {
    return lost;
  }

  private static boolean isExpired(long start, long now, long leaseNanos) {
    return age(start, now) > leaseNanos;
  }

  private void noteOverdue(long beyond, long window) {
    if (overdueByWindow == NONE) {
      overdueByWindow = new int[Silence.WINDOWS];
    }
    int index = Long.SIZE - Long.numberOfLeadingZeros((beyond - 1) / window);
    overdueByWindow[Math.min(Silence.WINDOWS - 1, index)]++;
    mostOverdueNanos = overdue == 0 ? beyond : Math.max(mostOverdueNanos, beyond);
    overdue++;
  }

  private void see(long start, long now, long overdueFrom, long overdueNanos) {
    inFlight++;
    long beyond = age(start, now) - overdueNanos;
    if (beyond > 0 && start - overdueFrom < 0) {
      abandoned++;
    } else if (beyond > 0) {
      noteOverdue(beyond, Math.max(1, overdueNanos / WINDOWS_PER_OVERDUE));
    }
  }

  private int enterFirst(long[] found, long thread, long value) {
    if (!claimFirst(value)) {
      if (firstClaimant() != thread) {
        meet(found);
      }
      return enterCrowd(value);
    }
    int streak = noteFirstClaim(thread, value, IN_TURN_NANOS);
    if (streak < 0) {
      meet(found);
    } else if (streak == STREAK_TO_RESERVE) {
      reserve(found, 0);
    }
    return FIRST;
  }

  private int enterHome(long[] found, int place, long thread, long value) {
    if (!Slots.claim(found, place, value)) {
      if (Slots.claimant(found, place) != thread) {
        meet(found);
      }
      return enterCrowd(value);
    }
    int streak = Slots.noteClaim(found, place, thread, value, IN_TURN_NANOS);
    if (streak < 0) {
      meet(found);
    } else if (streak == STREAK_TO_RESERVE) {
      reserve(found, place);
    }
    return OtherSlots.slotAtHome(found, place);
  }

  private int enterCrowd(long value) {
    int slot = others().enterCrowd(value);
    due = true; // after the slot is taken: a scan that did not see it has cleared this before
    return slot;
  }

  /** Two threads want one home, at once or in turn; when that goes on there are more homes. */
  private void meet(long[] found) {
    if (++meetings >= MEETINGS_TO_GROW) {
      meetings = 0;
      grow(found);
    }
  }

  private synchronized void grow(long[] found) {
    if (homes == found) {
      homes = others().moreThan(found);
    }
  }

  private synchronized void reserve(long[] home, int place) {
    reservations = new Reservation(Thread.currentThread(), home, place, reservations);
    if (home.length == 0) {
      reserveFirst();
    } else {
      Slots.reserve(home, place);
    }
  }

  private synchronized void freeHomesOfTheDead() {
    Reservation kept = null;
    for (Reservation r = reservations; r != null; ) {
      Reservation next = r.next;
      Thread owner = r.get();
      boolean alive = owner != null && owner.isAlive();
      if (alive || !endReservation(r)) {
        r.next = kept;
        kept = r;
      }
      r = next;
    }
    reservations = kept;
  }

  private boolean endReservation(Reservation r) {
    return r.home.length == 0 ? endFirstReservation() : Slots.endReservation(r.home, r.place);
  }

  private void sample(int bucket, int weight) {
    int[] counts = histogram;
    if (counts == null) {
      if (weight == 1 && sampleFew(bucket)) {
        return;
      }
      counts = makeHistogram();
    }
    LatencySamples.add(counts, bucket, weight);
  }

  private boolean sampleFew(int bucket) {
    int[] samples = few;
    int used = LatencySamples.addToFew(samples == null ? makeFew() : samples, bucket);
    if (LatencySamples.isLast(used)) {
      due = true; // somebody should look before another bucket makes for a histogram
    }
    return used > 0;
  }

  private synchronized int[] makeFew() {
    int[] samples = few;
    if (samples == null) {
      samples = LatencySamples.few();
      few = samples;
    }
    return samples;
  }

  private synchronized int[] makeHistogram() {
    int[] counts = histogram;
    if (counts == null) {
      counts = LatencySamples.histogram();
      histogram = counts;
    }
    return counts;
  }

  private long[] chunkOf(int slot) {
    return others().chunkOf(slot);
  }

  private OtherSlots others() {
    OtherSlots known = others;
    return known == null ? makeOthers() : known;
  }

  private synchronized OtherSlots makeOthers() {
    OtherSlots made = others;
    if (made == null) {
      made = new OtherSlots();
      others = made;
    }
    return made;
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
