package io.foreguard.circuitbreaker;

import java.util.Arrays;

/**
 * Permits of an open or recovering circuit: each is reserved for a while and then taken back, so
 * that a lost one never keeps the circuit from recovering. Not thread-safe: the gate's lock guards
 * it.
 *
 * <p>A ticket is 14 bits of place and 18 bits of generation: a late return of an earlier holder
 * does not match.
 */
final class Leases {
  static final int MOST = 1 << 14;

  /** None: shared by those that have never given a permit. Must not be written to. */
  static final Leases NONE = new Leases(0);

  private static final int PLACE_BITS = 14;
  private static final byte FREE = 0;
  private static final byte ACTIVE = 1;
  private static final byte PAUSED = 2;

  /** Calls of the recovery before this era that have not ended, until their leases are over. */
  int strangers;

  long strangersUntil;

  /** Start of the latest probe of a THROTTLED circuit, which needs no permit. */
  private long probeStart;

  private boolean probed;

  private byte[] status;
  private long[] expiry;
  private int[] generation;
  private int active;
  private int paused;

  Leases() {
    this(4);
  }

  private Leases(int places) {
    status = new byte[places];
    expiry = new long[places];
    generation = new int[places];
  }

  /** Notes that a call that starts now is a probe of a THROTTLED circuit. */
  void noteProbe(long start) {
    probed = true;
    probeStart = start;
  }

  boolean isProbe(long start) {
    return probed && probeStart == start;
  }

  /** A call of the recovery before this era has ended. */
  void strangerEnded() {
    if (strangers > 0) {
      strangers--;
    }
  }

  /** Permits that are out or paused. */
  int active() {
    return active;
  }

  /** Permits that wait for a result. */
  int out() {
    return active - paused;
  }

  /** Takes a permit until {@code expiresAt}; the caller has checked the limit. */
  int take(long expiresAt) {
    int place = 0;
    while (place < status.length && status[place] != FREE) {
      place++;
    }
    if (place == status.length) {
      int size = Math.min(MOST, 2 * place);
      status = Arrays.copyOf(status, size);
      expiry = Arrays.copyOf(expiry, size);
      generation = Arrays.copyOf(generation, size);
    }
    status[place] = ACTIVE;
    expiry[place] = expiresAt;
    active++;
    return (generation[place] << PLACE_BITS) | place;
  }

  /** Gives a permit back; false when the ticket is no longer valid. */
  boolean giveBack(int ticket) {
    if (!holds(ticket)) {
      return false;
    }
    free(ticket & (MOST - 1));
    return true;
  }

  /**
   * Keeps the place of a permit that brought no evidence taken until {@code until}; false when the
   * ticket is no longer valid. Otherwise calls that say nothing could go out without end.
   */
  boolean pause(int ticket, long until) {
    if (!holds(ticket)) {
      return false;
    }
    int place = ticket & (MOST - 1);
    status[place] = PAUSED;
    paused++;
    expiry[place] = until;
    generation[place]++;
    return true;
  }

  /** Takes back what has expired; returns how many of those were still waiting for a result. */
  int expire(long now) {
    int lost = 0;
    for (int place = 0; active > 0 && place < status.length; place++) {
      if (status[place] != FREE && now - expiry[place] >= 0) {
        lost += status[place] == ACTIVE ? 1 : 0;
        free(place);
      }
    }
    return lost;
  }

  /** Takes all permits back. */
  void clear() {
    for (int place = 0; place < status.length; place++) {
      if (status[place] != FREE) {
        free(place);
      }
    }
  }

  private boolean holds(int ticket) {
    int place = ticket & (MOST - 1);
    return place < status.length
        && status[place] == ACTIVE
        && ((generation[place] ^ (ticket >>> PLACE_BITS)) & 0x3FFFF) == 0;
  }

  private void free(int place) {
    paused -= status[place] == PAUSED ? 1 : 0;
    status[place] = FREE;
    generation[place]++;
    active--;
  }
}
