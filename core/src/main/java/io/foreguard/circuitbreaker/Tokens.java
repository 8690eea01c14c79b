package io.foreguard.circuitbreaker;

/**
 * The two words of a breaker. The <em>gate word</em> is read by every call and written on a change:
 *
 * <pre>
 * era 30 | unused 11 | quiet 1 | careful 1 | share 16 | every outcome 1 | mode 2 | state 2
 * </pre>
 *
 * The <em>token</em> is what a call carries from admission to its result:
 *
 * <pre>
 * era 30 | index 32 | kind 2
 * </pre>
 *
 * The index is a slot of the in-flight table, a lease ticket, or a rejection reason, by kind. The
 * era is in the same place in both, so that comparing them is one exclusive-or and one shift. An
 * era would have to come round after 2^30 transitions within one call's duration to be mistaken.
 */
final class Tokens {
  static final int NORMAL = 0;
  static final int LEASED = 1;
  static final int UNTRACKED = 2;
  static final int REJECTED = 3;

  /** Token of a call that a breaker was not asked about. */
  static final long NOT_ASKED = (2L << 2) | UNTRACKED;

  /** Index of an untracked token whose call shadow mode would have rejected. */
  static final int SHADOW = 1;

  private static final int ERA_SHIFT = 34;
  private static final int EVERY_OUTCOME = 1 << 4;
  private static final int SHARE_SHIFT = 5;

  /** The share of all calls. */
  static final int WHOLE = 0xFFFF;

  private static final int CAREFUL = 1 << 21;
  private static final int QUIET = 1 << 22;
  private static final int NOT_FAST = 0b1011;
  private static final State[] STATES = State.values();
  private static final Mode[] MODES = Mode.values();

  private Tokens() {}

  static long word(
      long era,
      State state,
      double share,
      Mode mode,
      boolean everyOutcome,
      boolean careful,
      boolean quiet) {
    long ratio = Math.round(share * WHOLE);
    return (era << ERA_SHIFT)
        | (ratio << SHARE_SHIFT)
        | (everyOutcome ? EVERY_OUTCOME : 0)
        | (careful ? CAREFUL : 0)
        | (quiet ? QUIET : 0)
        | ((long) mode.ordinal() << 2)
        | state.ordinal();
  }

  static State state(long word) {
    return STATES[(int) word & 3];
  }

  static Mode mode(long word) {
    return MODES[modeOrdinal(word)];
  }

  static boolean isForcedOpen(long word) {
    return modeOrdinal(word) == Mode.FORCED_OPEN.ordinal();
  }

  static boolean isDisabled(long word) {
    return modeOrdinal(word) == Mode.DISABLED.ordinal();
  }

  static boolean isShadow(long word) {
    return modeOrdinal(word) == Mode.SHADOW.ordinal();
  }

  static int share(long word) {
    return (int) (word >>> SHARE_SHIFT) & WHOLE;
  }

  private static int modeOrdinal(long word) {
    return (int) (word >>> 2) & 3;
  }

  static double shareRatio(long word) {
    return share(word) / (double) WHOLE;
  }

  static long era(long word) {
    return word >>> ERA_SHIFT;
  }

  /**
   * Whether calls pass without another look: CLOSED, in ENFORCE or SHADOW mode, far from the limit.
   */
  static boolean passes(long word) {
    return (word & (NOT_FAST | CAREFUL)) == 0;
  }

  /** Whether calls in flight are counted one by one, for their limit is near. */
  static boolean isCareful(long word) {
    return (word & CAREFUL) != 0;
  }

  /** Whether a few more successes with nothing else in flight need not be judged at once. */
  static boolean isQuiet(long word) {
    return (word & QUIET) != 0;
  }

  /** Whether a success of this token may just be counted. */
  static boolean countsOnly(long word, long token) {
    return (word & (NOT_FAST | EVERY_OUTCOME | CAREFUL)) == 0 && sameEra(word, token);
  }

  static boolean sameEra(long word, long token) {
    return (word ^ token) >>> ERA_SHIFT == 0;
  }

  static long token(long word, int kind, int index) {
    return (word >>> ERA_SHIFT << ERA_SHIFT) | ((index & 0xFFFFFFFFL) << 2) | kind;
  }

  static int kind(long token) {
    return (int) token & 3;
  }

  static int index(long token) {
    return (int) (token >>> 2);
  }
}
